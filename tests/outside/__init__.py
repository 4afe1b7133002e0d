"""The outside API and the webhooks, as another program meets them."""
