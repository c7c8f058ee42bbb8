"""The four measures of the ondersteuningsplan, the signaleren report and the pages per topic."""
