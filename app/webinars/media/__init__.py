"""What carries sound and picture: one adapter a module, behind the interface of ``base``."""
