"""Routes of changes on air: of a link or of a promotion, all in one way."""

CHANGES = (
    "POST /desk/shows/*/changes",
    "POST /desk/shows/*/changes/preview",
    "POST /desk/promotions/*/changes",
    "POST /desk/promotions/*/changes/preview",
    "POST /desk/changes/*/undo",
)
