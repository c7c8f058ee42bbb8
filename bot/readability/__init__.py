"""How hard the answers are to read: sentences and words, and the LiNT-II gate (`bot readability`)."""
