"""Viewers and whom they follow; it never knows what they bought."""
