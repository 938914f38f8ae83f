"""The paper's sections."""
