"""Login → launch → launch session: state, nonce, cookie, one session per tab."""
