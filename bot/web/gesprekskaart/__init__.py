"""The gesprekskaart: one page about a conversation that a parent prints and takes to school."""
