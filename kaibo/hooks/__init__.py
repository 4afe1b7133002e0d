"""Webhooks: facts sent to the addresses an organisation names; never anything but the fact."""
