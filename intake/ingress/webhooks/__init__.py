"""Providers that hand over mail by HTTP, each in a file of its own: who signs how, and where the raw message lies.

Pure functions from a posted request to a mail; nothing is stored or answered here. A further provider is one file, its
line in this table, and its key in ``settings.WebhookSettings``.
"""

from intake.ingress.webhooks import generic, mailgun, sendgrid
from intake.ingress.webhooks.provider import Provider

PROVIDERS: tuple[Provider, ...] = (mailgun.PROVIDER, sendgrid.PROVIDER, generic.PROVIDER)
