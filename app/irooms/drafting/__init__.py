"""What drafting does with texts, pure: differences word by word, merging, anchors of comments, blocks for exports."""
