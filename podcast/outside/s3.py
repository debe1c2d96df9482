"""A place in an S3 bucket -> the objects there, each with the hash of its content.

    s3://BUCKET/PREFIX      the place; names of objects are relative to it
    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE    the keys
    AWS_ENDPOINT_URL        the address of a service with the interface of Amazon's

botocore reads the keys, there or where Amazon's own programs keep them. It also sends a request
again that failed for a reason that may pass. No message contains a key.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from podcast import DISTRIBUTION
from podcast.errors import ServiceBusy, ServiceError

T = TypeVar("T")

SCHEME = "s3://"
TRIES = 6  # of one request
ANSWER_SECONDS = 60  # the longest wait for an answer
DIGEST = "podcast-sha256"  # the metadata of an object that has the SHA-256 of its content
CHANGED = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")
REFUSED_KEYS = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken")
RIGHTS = "s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject"
SET_KEYS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket, and a folder in it, which is empty for the bucket itself."""

    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        return self.address("")

    def key(self, name: str) -> str:
        """The key of an object in the bucket."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def address(self, name: str) -> str:
        """The address of an object, or of the place itself if `name` is empty."""
        return f"{SCHEME}{self.bucket}/{self.key(name)}".rstrip("/")


def place_of(address: str) -> Place:
    """The place that an address names; raises ServiceError if it is no s3://BUCKET/PREFIX.

    >>> place_of("s3://bucket/a/b/").address("feed.xml")
    's3://bucket/a/b/feed.xml'
    """
    bucket, _, prefix = address.removeprefix(SCHEME).partition("/")
    if not address.startswith(SCHEME) or not bucket or not address.isprintable():
        raise ServiceError(f"{address!r} is no place; give s3://BUCKET/PREFIX, or castopod")
    return Place(bucket, "/".join(step for step in prefix.split("/") if step))


@dataclass(frozen=True, slots=True)
class Stored:
    """The content of an object, and the version that `S3.replace` must find."""

    content: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Served:
    """The headers with which an object is served."""

    media_type: str
    cache_control: str

    @property
    def fields(self) -> dict[str, str]:
        """The headers as botocore calls them."""
        return {"ContentType": self.media_type, "CacheControl": self.cache_control}


class S3:
    """The objects at a place. Every method raises ServiceError."""

    def __init__(self, place: Place) -> None:
        """Nothing is asked of the service yet. Raises ServiceError if botocore is missing."""
        self.place = place
        self.client = _client()

    def sizes(self, folder: str) -> dict[str, int]:
        """The size in bytes of each object in a folder of the place, by its name."""
        start, cut = self.place.key(f"{folder}/"), len(self.place.key(""))
        found = self._ask(lambda: self._listed(start))
        return {each["Key"][cut:]: each["Size"] for each in found}

    def digest(self, name: str) -> str:
        """The SHA-256 that `put` gave an object; empty if the object was put there otherwise."""
        head = self._ask(lambda: self.client.head_object(**self._named(name)))
        return str(head["Metadata"].get(DIGEST, ""))

    def read(self, name: str) -> Stored | None:
        """An object, or None if there is none of that name."""

        def reading() -> Stored | None:
            try:
                found = self.client.get_object(**self._named(name))
            except self.client.exceptions.NoSuchKey:
                return None
            return Stored(found["Body"].read(), found["ETag"])

        return self._ask(reading)

    def put(self, name: str, file: BinaryIO, sha256: str, served: Served) -> None:
        """Put a file there, in the place of an old object of that name. Raises OSError, too."""
        sent = {**self._named(name), "Metadata": {DIGEST: sha256}, **served.fields}
        self._ask(lambda: self.client.put_object(Body=file, **sent))

    def replace(self, name: str, content: bytes, old: Stored | None, served: Served) -> bool:
        """Put `content` in the place of `old`, or of nothing if `old` is None.

        Returns False, and changes nothing, if another program has changed the object meanwhile. A
        service that cannot tell replaces the object in any case.
        """
        condition = {"IfMatch": old.version} if old else {"IfNoneMatch": "*"}
        sent = {**self._named(name), "Body": content, **served.fields}

        def replacing() -> bool:
            try:
                self.client.put_object(**sent, **condition)
            except self.client.exceptions.ClientError as error:
                if _code(error) in CHANGED:
                    return False
                if _code(error) != "NotImplemented":
                    raise
                self.client.put_object(**sent)
            return True

        return self._ask(replacing)

    def remove(self, name: str) -> None:
        """Remove an object, if there is one of that name."""
        self._ask(lambda: self.client.delete_object(**self._named(name)))

    def _listed(self, start: str) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.place.bucket, Prefix=start
        )
        return [each for page in pages for each in page.get("Contents", ())]

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": self.place.key(name)}

    def _ask(self, asking: Callable[[], T]) -> T:
        """The result of `asking`. Raises ServiceError in place of an error of botocore."""
        from botocore.exceptions import BotoCoreError, ClientError

        failure: ServiceError
        try:
            return asking()
        except ClientError as error:
            failure = self._refusal(error)
        except BotoCoreError as error:
            failure = self._failure(error)
        # This is raised outside the `except` clauses, as the exception there may contain a key.
        raise failure

    def _refusal(self, error: Any) -> ServiceError:
        place, code = self.place, _code(error)
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code == "NoSuchBucket":
            return ServiceError(f"there is no bucket {place.bucket!r}; create it, or correct --to")
        if code in REFUSED_KEYS:
            return ServiceError(f"{place} refuses the keys ({code}); {SET_KEYS} again")
        if code == "RequestTimeTooSkewed":
            return ServiceError(f"{place} refuses this machine's clock; set its date and time")
        if status in (401, 403):
            return ServiceError(
                f"{place} denies access ({code}); the keys need the rights {RIGHTS}"
            )
        if status >= 500 or code in ("SlowDown", "Throttling", "RequestTimeout"):
            return ServiceBusy(
                f"{place} is busy or broken ({code}), after {TRIES} tries; try later"
            )
        return ServiceError(f"{place} refuses a request ({code}, HTTP {status}); check the address")

    def _failure(self, error: Exception) -> ServiceError:
        from botocore.exceptions import (
            ConnectionError,
            HTTPClientError,
            NoCredentialsError,
            ParamValidationError,
            PartialCredentialsError,
        )

        place = self.place
        if isinstance(error, NoCredentialsError | PartialCredentialsError):
            return ServiceError(f"{place} needs keys; {SET_KEYS}")
        if isinstance(error, ParamValidationError):
            return ServiceError(f"{place.bucket!r} is no name of a bucket; correct --to")
        if isinstance(error, ConnectionError | HTTPClientError):
            return ServiceBusy(
                f"{place} cannot be reached, after {TRIES} tries ({type(error).__name__}); check "
                "the network and AWS_ENDPOINT_URL"
            )
        return ServiceError(
            f"{place} cannot be used ({type(error).__name__}); check the AWS_… settings"
        )


def _code(error: Any) -> str:
    """The code of a service's refusal, such as NoSuchBucket."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _client() -> Any:
    try:
        from botocore.config import Config
        from botocore.session import get_session
    except ImportError as error:
        raise ServiceError(
            f"publishing to S3 needs the package botocore; run: {sys.executable} -m pip install "
            f"'{DISTRIBUTION}[s3]'"
        ) from error
    config = Config(
        retries={"mode": "standard", "total_max_attempts": TRIES},
        connect_timeout=ANSWER_SECONDS,
        read_timeout=ANSWER_SECONDS,
        # Not every service with this interface knows the checksums that Amazon added later.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    from botocore.exceptions import BotoCoreError

    try:
        return get_session().create_client("s3", config=config)
    except (BotoCoreError, ValueError) as error:
        raise ServiceError(
            f"the AWS_… settings are wrong ({type(error).__name__}); check AWS_ENDPOINT_URL, "
            "AWS_PROFILE and AWS_DEFAULT_REGION"
        ) from None
