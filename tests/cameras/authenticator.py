"""A device with passkeys, in software: what a browser would answer."""

from __future__ import annotations

import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
ORIGIN = "http://localhost"


class Authenticator:
    """Holds one passkey. `verifies`: whether it has looked at a finger or a PIN."""

    def __init__(self, origin: str = ORIGIN, *, verifies: bool = True) -> None:
        self.origin = origin
        self.flags = _PRESENT_AND_VERIFIED if verifies else AuthenticatorData.FLAG.UP
        self.id = os.urandom(16)
        self.handle = b""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict[str, Any]) -> str:
        """The answer to the options of `navigator.credentials.create`."""
        self.handle = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self._key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        flags = self.flags | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(sha256(options["rp"]["id"].encode()), flags, 0, credential)
        return self._answer(
            clientDataJSON=self._client_data(CollectedClientData.TYPE.CREATE, options),
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def ask(self, options: dict[str, Any]) -> str:
        """The answer to the options of `navigator.credentials.get`."""
        data = AuthenticatorData.create(sha256(options["rpId"].encode()), self.flags, 0)
        client_data = self._client_data(CollectedClientData.TYPE.GET, options)
        signature = self._key.sign(data + client_data.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=signature,
            userHandle=self.handle,
        )

    def _client_data(self, kind: Any, options: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, options["challenge"], self.origin)

    def _answer(self, **response: bytes) -> str:
        name = websafe_encode(self.id)
        fields = {key: websafe_encode(value) for key, value in response.items()}
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": fields},
        )
