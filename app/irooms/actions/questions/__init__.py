"""What is done with questions to experts: asked, routed, answered, measured by the clock, published."""
