"""What happens when machines fail: killed, cut off, out of room, out of time, or lied to."""
