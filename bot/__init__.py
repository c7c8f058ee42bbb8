"""The ouder-informatiepunt of Almere: answers, pre-check, deadlines and handoff for parents."""
