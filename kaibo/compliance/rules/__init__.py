"""Pure decisions of compliance: packs of rules, and the scan of a text through them."""
