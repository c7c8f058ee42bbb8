"""What is kept: database models, their migrations, and how sessions are made."""
