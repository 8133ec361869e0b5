"""What a live room's page may reach beside this platform's own addresses: what carries its sound and picture."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.core.security import CONTENT_SECURITY_POLICY
from app.core.settings import settings
from app.webinars.models.planning import MediaKind, Webinar


def headers(webinar: Webinar) -> dict[str, str]:
    """Return the headers by which the room's page differs from every other page; none where it does not."""
    if webinar.media == MediaKind.BROADCAST:  # players hand their buffers to the browser as blob:
        return {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; media-src 'self' blob:"}
    if webinar.media == MediaKind.JANUS and settings().janus_url:
        address = urlsplit(settings().janus_public_url)
        server = f"connect-src 'self' {address.scheme}://{address.netloc}"
        return {"Content-Security-Policy": CONTENT_SECURITY_POLICY.replace("connect-src 'self'", server)}
    return {}
