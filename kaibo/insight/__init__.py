"""The lake of events and every number made from it; it is never asked what may be sold."""
