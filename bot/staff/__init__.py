"""The staff console: accounts, inbox, log review, figures."""
