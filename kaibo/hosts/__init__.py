"""Owns hosts and the proof of who they are; never knows what they sell or earn."""
