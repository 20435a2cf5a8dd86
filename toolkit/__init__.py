"""Incentive toolkit: design and audit incentive pay of e-commerce service and sales teams."""
