"""Facts as data: typed, validated loading of data/knowledge and data/answers."""
