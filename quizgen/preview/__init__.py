"""Sheets in a browser window that follows the banks as they are edited."""
