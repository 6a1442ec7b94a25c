# Generated from spec/model.yaml by `cargo xtask generate`; edit that file and its template instead.

from __future__ import annotations

from axiomo._native import NativeClient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import timedelta
    from types import TracebackType
    from typing import Literal

    from typing_extensions import Self

    from axiomo._native import Analysis, AnalyzeRequest, Batch, CancelHandle, RateLimit, RateLimiter, VirtualClock

__all__ = ["Client"]


class Client:
    """A client of the Axiomo API: ``client.analyze(url)`` turns a pull request into a Signal.

    What is not given is taken from the environment (``AXIOMO_API_KEY``, ``AXIOMO_BASE_URL``, …) or has its default. The
    key may be a function that gives it (not an async one), which is asked again after the service has refused the one
    before. Making a client sends nothing and waits for nothing. Threads may share one.

    Options, lengths of time in seconds or as ``timedelta``:

    ``base_url``
        Where the service is; the paths of the API are appended to it. Default: https://axiomo.app/api, or ``AXIOMO_BASE_URL``.
    ``timeout``
        The whole time of one call, waits and retries included. Default: 300 s, or ``AXIOMO_TIMEOUT``.
    ``attempt_timeout``
        The time of one attempt: to connect, if there is no connection yet, to send, and to read the last byte of the answer. Default: 90 s, or ``AXIOMO_ATTEMPT_TIMEOUT``.
    ``connect_timeout``
        The time to connect, TLS included. Default: 5 s.
    ``max_wait``
        The longest single wait; one that would be longer is an error at once. Default: 180 s, or ``AXIOMO_MAX_WAIT``.
    ``max_retries``
        How many attempts may follow the first. Default: 3, or ``AXIOMO_MAX_RETRIES``.
    ``retry_ambiguous``
        Whether an analysis whose answer was lost is asked for once more. Default: true.
    ``pacing``
        How requests are spread out, for everybody who shares the client's rate limiter. Default: eager.
    ``anonymous``
        No key, whatever the environment says. Default: False.
    ``rate_limiter``
        What keeps calls under the rate limit. Default: one that all clients of this process with the same service and
        key share; a client whose key a function gives has one of its own.
    ``user_agent_suffix``
        Words at the end of ``User-Agent``, such as ``review-bot/2.1``. Default: none.
    ``proxy``
        The proxy for every request. Default: what the proxy variables of the environment say.
    ``root_certificate``
        Certificates in PEM that are trusted beside the system's. Default: none.
    ``client_certificate``
        A chain of certificates and its private key, both in PEM, for a service that asks for one. Default: none.
    ``default_headers``
        Headers for every request. Default: none.
    ``allow_insecure_http``
        Allows plain ``http:`` to other machines, where the key can be read by anyone on the way. Default: False.
    ``clock``
        A clock of ``axiomo.testing``. Default: the machine's.

    Raises ``ConfigurationError`` when something cannot be used.
    """

    __slots__ = ("__weakref__", "_native")

    _native: NativeClient

    def __init__(
        self,
        api_key: str | Callable[[], str] | None = None,
        *,
        base_url: str | None = None,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        connect_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        pacing: Literal["eager", "smooth", "off"] | None = None,
        anonymous: bool = False,
        rate_limiter: RateLimiter | None = None,
        user_agent_suffix: str | None = None,
        proxy: str | None = None,
        root_certificate: bytes | str | None = None,
        client_certificate: tuple[bytes | str, bytes | str] | None = None,
        default_headers: Mapping[str, str] | None = None,
        allow_insecure_http: bool = False,
        clock: VirtualClock | None = None,
    ) -> None:
        try:
            self._native = NativeClient(
                api_key=api_key,
                base_url=base_url,
                timeout=timeout,
                attempt_timeout=attempt_timeout,
                connect_timeout=connect_timeout,
                max_wait=max_wait,
                max_retries=max_retries,
                retry_ambiguous=retry_ambiguous,
                pacing=pacing,
                anonymous=anonymous,
                rate_limiter=rate_limiter,
                user_agent_suffix=user_agent_suffix,
                proxy=proxy,
                root_certificate=root_certificate,
                client_certificate=client_certificate,
                default_headers=default_headers,
                allow_insecure_http=allow_insecure_http,
                clock=clock,
            )
        except BaseException:
            # What shows a failure often shows what its frames hold: secrets, and a client that is half made.
            del self, api_key, base_url, proxy, client_certificate, default_headers
            raise

    def analyze(
        self,
        request: str | AnalyzeRequest,
        *,
        access_token: str | None = None,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> Analysis:
        """Analyses a pull request, named by the address of its page or an ``AnalyzeRequest``.

        It usually takes 10 to 30 seconds. ``access_token`` is a token of the provider, for a private repository that
        the key's user is not connected to. The other options are those of the client, for this call alone; ``cancel``
        lets a ``CancelHandle`` end it from another thread.

        Raises ``AxiomoError``, by its kind.
        """
        try:
            return self._native.analyze(request, access_token, timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel)
        finally:
            # What shows a failure often shows what its frames hold.
            del access_token

    def scan(
        self,
        scan_id: str,
        *,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> Analysis:
        """Retrieves a Signal that was made before. Any id is taken.

        Raises ``AxiomoError``, by its kind.
        """
        return self._native.scan(scan_id, timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel)

    def analyze_many(
        self,
        items: Iterable[str | AnalyzeRequest],
        *,
        ordered: bool = False,
        concurrency: int | None = None,
        deadline: float | timedelta | None = None,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> Batch:
        """Analyses many pull requests, as many at once as use the whole rate limit and do not trip it.

        Gives an iterator of one ``BatchItem`` an item, as they are done or, with ``ordered``, in the order of
        the items. An item that fails has an ``error`` and ends no other; a request that was there before is not sent
        again. ``deadline`` is how long the whole batch may take. Items are taken as there is room for them.
        """
        return self._native.analyze_many(items, ordered, concurrency, deadline, timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel)

    def with_options(
        self,
        *,
        timeout: float | timedelta | None = None,
        attempt_timeout: float | timedelta | None = None,
        max_wait: float | timedelta | None = None,
        max_retries: int | None = None,
        retry_ambiguous: bool | None = None,
        cancel: CancelHandle | None = None,
    ) -> Self:
        """The same client with other options. It shares connections and the rate limit with this one."""
        other = object.__new__(type(self))
        other._native = self._native.with_options(timeout, attempt_timeout, max_wait, max_retries, retry_ambiguous, cancel)
        return other

    def rate_limit(self) -> RateLimit | None:
        """The rate limit as the service last told it; None before the first answer that tells it."""
        return self._native.rate_limit()

    @property
    def rate_limiter(self) -> RateLimiter:
        """What keeps this client's calls under the rate limit."""
        return self._native.rate_limiter()

    @property
    def base_url(self) -> str:
        """Where the service is."""
        return self._native.base_url()

    @property
    def has_key(self) -> bool:
        """Whether calls carry a key."""
        return self._native.has_key()

    def close(self) -> None:
        """Ends this client, those made of it by ``with_options``, and their calls, which raise ``CancelledError``."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._native.close()

    def __repr__(self) -> str:
        return f"Client(base_url={self.base_url!r}, has_key={self.has_key})"
