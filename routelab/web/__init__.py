"""The course in a browser's tab: `tab` is the session there, `parcel` what the site is made of.

`site/` has the page: it shows what the tab says, in HTML that is made here.
"""
