"""Words, tables and charts as HTML, SVG and workbooks."""
