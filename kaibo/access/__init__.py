"""Organisations, people, roles, permissions and sessions; it never knows what they sell."""
