"""Evidence: pure functions over text that find, prove and check; the ground everything else stands on."""
