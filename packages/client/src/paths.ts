// Made of the gateway’s OpenAPI document by `pnpm --filter @parley/client run generate`. Change that instead.

export interface paths {
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with name and password (OAuth 2.0 password form)
         * @description Nobody has to log in: one has no token before.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open an account
         * @description Nobody has to log in: one has no token before.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with name and password
         * @description Nobody has to log in: one has no token before.
         */
        post: operations["loginUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End this session
         * @description Needs the scope `account`.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your account
         * @description Needs the scope `account`.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your profile
         * @description Needs the scope `account`.
         */
        get: operations["readProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what is given; `null` takes it away
         * @description Needs the scope `account`.
         */
        patch: operations["updateProfile"];
        trace?: never;
    };
    "/api/user/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Your picture, an image as the form field `file`, in place of the one before
         * @description Needs the scope `account`.
         */
        post: operations["setAvatar"];
        /**
         * Take your picture away
         * @description Needs the scope `account`.
         */
        delete: operations["removeAvatar"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that is yours here, a thing a line
         * @description Needs the scope `account`.
         */
        get: operations["exportAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete your account and all that is yours, with your password; nothing of it comes back
         * @description Needs the scope `account`.
         */
        post: operations["deleteAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/erasures/{erasureId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The receipt of an account that is deleted: what is gone, and whether all of it is
         * @description Nobody has to log in: whoever has deleted their account has no token any more; the id is theirs alone.
         */
        get: operations["readErasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password, or set one where there is none; your other sessions end
         * @description Needs the scope `account`.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a link or a code for a new password; the same answer for an address or number that nobody has
         * @description Nobody has to log in: whoever forgot a password has no token.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with the token of the link, or with phone and code; all sessions end
         * @description Nobody has to log in: the token or the code is the proof.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/sms-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to a phone to log in with; with `Idempotency-Key`, a repetition sends nothing again
         * @description Nobody has to log in: one has no token before.
         */
        post: operations["sendLoginCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/sms-login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with the code that was sent; the first time opens an account
         * @description Nobody has to log in: one has no token before.
         */
        post: operations["loginByCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/phone/sms-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to a phone number that is to be yours
         * @description Needs the scope `account`.
         */
        post: operations["sendPhoneCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a phone number yours, with the code that was sent to it
         * @description Needs the scope `account`.
         */
        post: operations["setPhone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a link to an e-mail address that is to be yours
         * @description Needs the scope `account`.
         */
        post: operations["setEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an e-mail address yours, with the token of the link
         * @description Nobody has to log in: the token is the proof.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where one may have an account to log in with
         * @description Nobody has to log in: one has no token before.
         */
        get: operations["listProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/providers/{provider}/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to log in there: where to go, and what to come back with
         * @description Nobody has to log in: one has no token before.
         */
        post: operations["beginProviderLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/providers/{provider}/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with what the provider gave; the first time opens an account
         * @description Nobody has to log in: one has no token before.
         */
        post: operations["loginByProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which accounts elsewhere are linked to yours
         * @description Needs the scope `account`.
         */
        get: operations["listLinks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/identities/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to link an account elsewhere to yours
         * @description Needs the scope `account`.
         */
        post: operations["beginLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/identities/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link it, with what the provider gave
         * @description Needs the scope `account`.
         */
        post: operations["link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/identities/unlink": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take it away again; never the last way in
         * @description Needs the scope `account`.
         */
        post: operations["unlink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/challenge/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to answer a challenge with
         * @description Nobody has to log in: the challenge is the proof.
         */
        post: operations["sendChallengeCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show a second factor to end a login that was answered with a challenge
         * @description Nobody has to log in: the challenge is the proof.
         */
        post: operations["answerChallenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your second factors, and how many recovery codes are left
         * @description Needs the scope `account`.
         */
        get: operations["listFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A secret for an authenticator app; it counts once a code of it was shown
         * @description Needs the scope `account`.
         */
        post: operations["beginTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the first code of an authenticator app; with the first factor come recovery codes
         * @description Needs the scope `account`.
         */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/sent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to your verified number or address, to have it as a second factor
         * @description Needs the scope `account`.
         */
        post: operations["beginSentFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/sent/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show that code; with the first factor come recovery codes
         * @description Needs the scope `account`.
         */
        post: operations["confirmSentFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a second factor away
         * @description Needs the scope `account`.
         */
        post: operations["removeFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New recovery codes in place of the old ones
         * @description Needs the scope `account`.
         */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/step-up/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to show a second factor again with
         * @description Needs the scope `account`.
         */
        post: operations["sendStepUpCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mfa/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show a second factor again, for what needs a recent one
         * @description Needs the scope `account`.
         */
        post: operations["stepUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/mfa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take all second factors from somebody who lost theirs; their sessions end
         * @description Needs the scope `users`. Needs a second factor that was shown just now.
         */
        delete: operations["resetFactors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A JWT and a refresh token, for name and password or for the refresh token before
         * @description Nobody has to log in: the password, or the refresh token, is the proof.
         */
        post: operations["createTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the token is that this request comes with
         * @description Needs the scope `account`.
         */
        get: operations["readToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys that JWTs are verified with (RFC 7517)
         * @description Nobody has to log in: whoever verifies a token needs them.
         */
        get: operations["readKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where you are logged in
         * @description Needs the scope `account`.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * Log out everywhere; `keep_current=true` leaves this session
         * @description Needs the scope `account`.
         */
        delete: operations["endSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Log out somewhere
         * @description Needs the scope `account`.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your keys
         * @description Needs the scope `account`.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key for a program; it is shown this once
         * @description Needs the scope `account`.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description Needs the scope `account`.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mac-login/nonce": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a device has to sign, once and within a minute
         * @description Nobody has to log in: nothing is told that a device could not make up.
         */
        post: operations["macLoginNonce"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/mac-login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A token of a device’s owner, for the device’s proof
         * @description Nobody has to log in: the device’s signature is the proof.
         */
        post: operations["macLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device/bind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the device yours that shows or says this code
         * @description Needs the scope `devices`.
         */
        post: operations["bindDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your devices, the last one bound first
         * @description Needs the scope `devices`.
         */
        get: operations["listDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device/{deviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of your devices
         * @description Needs the scope `devices`.
         */
        get: operations["readDevice"];
        put?: never;
        post?: never;
        /**
         * Give a device up
         * @description Needs the scope `devices`.
         */
        delete: operations["unbindDevice"];
        options?: never;
        head?: never;
        /**
         * Rename a device, or give it an agent; null is the default agent
         * @description Needs the scope `devices`.
         */
        patch: operations["updateDevice"];
        trace?: never;
    };
    "/api/device/rtc-token/get_by_mac": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * For a device: a token for the RTC room of its owner
         * @description Nobody has to log in: a device has no account; its own credential, as the bearer, is the proof.
         */
        post: operations["issueDeviceRtcToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of your devices: how it is, how it is set, what became of its last firmware
         * @description Needs the scope `devices`.
         */
        get: operations["describeDevice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change how a device behaves, from its next turn on; null takes a setting back
         * @description Needs the scope `devices`.
         */
        patch: operations["setDevice"];
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A code with which somebody else makes the device theirs
         * @description Needs the scope `devices`.
         */
        post: operations["transferDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/rebind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a device in again whose flash was erased: it has to be restarted within a quarter of an hour
         * @description Needs the scope `devices`.
         */
        post: operations["allowDeviceRebind"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a connected device can do
         * @description Needs the scope `devices`.
         */
        get: operations["readDeviceTools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/control": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn something on a connected device on or off, or ask how the device is
         * @description Needs the scope `devices`.
         */
        post: operations["controlDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a device was told lately, and what became of it
         * @description Needs the scope `devices`.
         */
        get: operations["listDeviceCommands"];
        put?: never;
        /**
         * Give a device a command, now or when it is back; what becomes of it is told over /ws/app
         * @description Needs the scope `devices`.
         */
        post: operations["sendDeviceCommand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a device is going to say, the next one first
         * @description Needs the scope `devices`.
         */
        get: operations["listDeviceAlarms"];
        put?: never;
        /**
         * Have a device say something later: a timer, an alarm or a reminder, once or repeatedly
         * @description Needs the scope `devices`.
         */
        post: operations["setDeviceAlarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/alarms/{alarmId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Cancel a timer, an alarm or a reminder
         * @description Needs the scope `devices`.
         */
        delete: operations["cancelDeviceAlarm"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your agents and everybody’s, the default one first
         * @description Needs the scope `agents`.
         */
        get: operations["listAgents"];
        put?: never;
        /**
         * Make an agent
         * @description Needs the scope `agents`.
         */
        post: operations["createAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agent-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Beginnings for agents of your own
         * @description Needs the scope `agents`.
         */
        get: operations["listAgentTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One agent
         * @description Needs the scope `agents`.
         */
        get: operations["readAgent"];
        put?: never;
        post?: never;
        /**
         * Delete an agent of your own; its devices and conversations go on with the default one
         * @description Needs the scope `agents`.
         */
        delete: operations["deleteAgent"];
        options?: never;
        head?: never;
        /**
         * Change what is given, with `If-Match` only while it is as you read it; in force from the next turn on
         * @description Needs the scope `agents`.
         */
        patch: operations["updateAgent"];
        trace?: never;
    };
    "/api/v1/agents/{agentId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an agent was, newest first
         * @description Needs the scope `agents`.
         */
        get: operations["listAgentVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agentId}/versions/{version}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an agent what it was; that is another version
         * @description Needs the scope `agents`.
         */
        post: operations["restoreAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agentId}/mcp-address": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where tool servers dial in for an agent; whoever knows the address can give it tools
         * @description Needs the scope `agents`.
         */
        get: operations["readMcpAddress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agentId}/mcp-address/renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Another address; who came by the one before is sent away
         * @description Needs the scope `agents`.
         */
        post: operations["renewMcpAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agentId}/mcp-connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which tool servers have dialled in for an agent, and with which tools
         * @description Needs the scope `agents`.
         */
        get: operations["listMcpConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mcp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The tools of an agent (`agent`, else the default one) by the Model Context Protocol, over streamable HTTP
         * @description Needs the scope `agents`.
         */
        post: operations["mcp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your conversations, last used first, those with `search` in them; pass `next` on as `after`
         * @description Needs the scope `conversations`.
         */
        get: operations["listConversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A conversation and its newest messages, oldest first; pass `before` on to page back
         * @description Needs the scope `conversations`.
         */
        get: operations["readConversation"];
        put?: never;
        post?: never;
        /**
         * Delete a conversation, with all that was said in it
         * @description Needs the scope `conversations`.
         */
        delete: operations["deleteConversation"];
        options?: never;
        head?: never;
        /**
         * Give a conversation a title; `null` takes it away
         * @description Needs the scope `conversations`.
         */
        patch: operations["renameConversation"];
        trace?: never;
    };
    "/api/v1/conversations/{conversationId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All of a conversation as a file: a message a line (JSON), or to be read (Markdown)
         * @description Needs the scope `conversations`.
         */
        get: operations["exportConversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A question in a conversation, a new one or yours; the answer as events as it is made. With `Last-Event-ID` nothing is asked: the answer goes on after that event
         * @description Needs the scope `chat`.
         */
        post: operations["ask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/answers/{answerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An answer that is being made, or was two minutes ago, from its beginning or after `Last-Event-ID`; 204 when that was all of it
         * @description Needs the scope `chat`.
         */
        get: operations["followAnswer"];
        put?: never;
        post?: never;
        /**
         * Stop the making of an answer; what was said of it stays
         * @description Needs the scope `chat`.
         */
        delete: operations["stopAnswer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is known of you, newest first, and where you said it; pass `before` on to page back
         * @description Needs the scope `conversations`.
         */
        get: operations["listFacts"];
        put?: never;
        /**
         * Something you want to be known
         * @description Needs the scope `conversations`.
         */
        post: operations["addFact"];
        /**
         * Have everything forgotten that is known of you
         * @description Needs the scope `conversations`.
         */
        delete: operations["forgetPerson"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memories/{factId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Have something forgotten
         * @description Needs the scope `conversations`.
         */
        delete: operations["deleteFact"];
        options?: never;
        head?: never;
        /**
         * Say something that is known of you as it is
         * @description Needs the scope `conversations`.
         */
        patch: operations["changeFact"];
        trace?: never;
    };
    "/api/ai/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * One question without a history; nothing is stored
         * @description Needs the scope `chat`.
         */
        post: operations["chatOnce"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ai/multi-chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A question in a conversation: a new one, or the one with `conversation_id`, a device’s own as well
         * @description Needs the scope `chat`.
         */
        post: operations["chat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The language models that can be asked
         * @description Needs the scope `chat`.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A chat completion, whole or (with `stream`) as server-sent events
         * @description Needs the scope `chat`.
         */
        post: operations["createChatCompletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A chat completion, whole or (with `stream`) as server-sent events
         * @description Needs the scope `chat`.
         */
        post: operations["createChatCompletionLegacy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audio/speech": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A text as sound; `voice` is a name, with its provider in front where it matters (`huoshan/BV001_streaming`)
         * @description Needs the scope `chat`.
         */
        post: operations["createSpeech"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audio/transcriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What is said in a sound file (WAV, Ogg Opus, MP3) that is the form field `file`; further fields: `language`, and `response_format` (json, text, verbose_json, srt, vtt)
         * @description Needs the scope `chat`.
         */
        post: operations["createTranscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/generations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pictures by a description; with `response_format` `url` their addresses are good for an hour
         * @description Needs the scope `chat`.
         */
        post: operations["createImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/analyse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a picture shows: tags, its scene, the things or the words in it, whether it is fit to be shown
         * @description Needs the scope `chat`.
         */
        post: operations["analyseImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ai/synthesize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A text as a sound file: a link to it, good for an hour
         * @description Needs the scope `chat`.
         */
        post: operations["synthesize"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ai/transcribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What is said in a sound file (WAV, Ogg Opus, MP3): the form field `file`, and `language` beside it
         * @description Needs the scope `chat`.
         */
        post: operations["transcribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/voices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The voices that an agent can have, with their providers and what they follow
         * @description Needs the scope `chat`.
         */
        get: operations["listVoices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/voices/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a voice sounds (MP3)
         * @description Needs the scope `chat`.
         */
        get: operations["previewVoice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was recorded, the newest first; of one turn or one device, when that is said
         * @description Needs the scope `conversations`.
         */
        get: operations["listRecordings"];
        put?: never;
        post?: never;
        /**
         * Delete all recordings, or those of one turn or one device
         * @description Needs the scope `conversations`.
         */
        delete: operations["deleteRecordings"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings/{recordingId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The sound of a recording
         * @description Needs the scope `conversations`.
         */
        get: operations["readRecording"];
        put?: never;
        post?: never;
        /**
         * Delete a recording
         * @description Needs the scope `conversations`.
         */
        delete: operations["deleteRecording"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/voiceprints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is known by their voice
         * @description Needs the scope `devices`.
         */
        get: operations["listVoiceprints"];
        put?: never;
        /**
         * Learn a voice from a sound file (the form field `file`, 1.5 s of speech or more) under the form field `name`; again under the same name makes it surer
         * @description Needs the scope `devices`.
         */
        post: operations["enrolVoiceprint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/voiceprints/{voiceprintId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forget a voice
         * @description Needs the scope `devices`.
         */
        delete: operations["deleteVoiceprint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Store an image (PNG, JPEG, GIF or WebP) as the form field `file`, for good or for a week
         * @description Needs the scope `files`.
         */
        post: operations["uploadImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/images/{filename}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An image of yours
         * @description Needs the scope `files`.
         */
        get: operations["readImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/avatars/{filename}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Somebody’s picture
         * @description Nobody has to log in: pictures are there to be seen, and their names cannot be guessed.
         */
        get: operations["readAvatar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{retention}/{day}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file by a signed link
         * @description Nobody has to log in: the link itself is signed and runs out.
         */
        get: operations["readSignedFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/getScenes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The scenes, each with a room and a token of your own
         * @description Needs the scope `rtc`.
         */
        post: operations["getScenes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/proxy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start, update or stop the agent of a scene: `Action=StartVoiceChat|UpdateVoiceChat|StopVoiceChat`
         * @description Needs the scope `rtc`.
         */
        post: operations["callRtc"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the first administrator, with the token of the one-time link
         * @description Nobody has to log in: there is nobody yet; the token is the proof.
         */
        post: operations["setUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-links/redeem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password, with the token of a one-time link
         * @description Nobody has to log in: the token is the proof.
         */
        post: operations["redeemPasswordLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every account, newest first
         * @description Needs the scope `users`.
         */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An account
         * @description Needs the scope `users`.
         */
        get: operations["readUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let somebody in no more; sessions and keys end at once
         * @description Needs the scope `users`. Needs a second factor that was shown just now.
         */
        post: operations["disableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let somebody in again
         * @description Needs the scope `users`. Needs a second factor that was shown just now.
         */
        post: operations["enableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/password-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A link with which somebody sets a new password, once
         * @description Needs the scope `users`. Needs a second factor that was shown just now.
         */
        post: operations["makePasswordLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where somebody is logged in
         * @description Needs the scope `users`.
         */
        get: operations["listUserSessions"];
        put?: never;
        post?: never;
        /**
         * Log somebody out everywhere
         * @description Needs the scope `users`. Needs a second factor that was shown just now.
         */
        delete: operations["endUserSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Log somebody out somewhere
         * @description Needs the scope `users`. Needs a second factor that was shown just now.
         */
        delete: operations["endUserSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give somebody these roles, and no others; their sessions end
         * @description Needs the scope `roles`. Needs a second factor that was shown just now.
         */
        put: operations["setRoles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every role, and what it allows
         * @description Needs the scope `roles`.
         */
        get: operations["listRoles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/roles/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a role, or make another thing of it
         * @description Needs the scope `roles`. Needs a second factor that was shown just now.
         */
        put: operations["putRole"];
        post?: never;
        /**
         * Delete a role that nobody has
         * @description Needs the scope `roles`. Needs a second factor that was shown just now.
         */
        delete: operations["deleteRole"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/firmware": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Releases, the newest first, and how they go
         * @description Needs the scope `admin`.
         */
        get: operations["listFirmware"];
        put?: never;
        /**
         * Store an image (the form field `file`) as a release, offered to nobody yet
         * @description Needs the scope `admin`. Needs a second factor that was shown just now.
         */
        post: operations["addFirmware"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/firmware/{releaseId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a release and its image
         * @description Needs the scope `admin`. Needs a second factor that was shown just now.
         */
        delete: operations["removeFirmware"];
        options?: never;
        head?: never;
        /**
         * Offer a release to more or fewer devices, or pause it
         * @description Needs the scope `admin`. Needs a second factor that was shown just now.
         */
        patch: operations["rollOutFirmware"];
        trace?: never;
    };
    "/api/v1/admin/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every device, what it runs, and what became of its last firmware
         * @description Needs the scope `admin`.
         */
        get: operations["listInstalledDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/devices/{deviceId}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give any device a command, now or when it is back
         * @description Needs the scope `admin`. Needs a second factor that was shown just now.
         */
        post: operations["operateDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened, newest first; pass `before` on to page back
         * @description Needs the scope `admin`.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All of it, oldest first, an entry a line
         * @description Needs the scope `admin`.
         */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/audit/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the chain of entries is whole, else where it first is not
         * @description Needs the scope `admin`.
         */
        get: operations["checkAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/credits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your credits: what you have, what of it is held, and what it came from
         * @description Needs the scope `account`.
         */
        get: operations["readCredits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/credits/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What came to your credits and went from them, the newest first
         * @description Needs the scope `account`.
         */
        get: operations["listCreditEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/credits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The credits of somebody
         * @description Needs the scope `admin`.
         */
        get: operations["readUserCredits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/credits/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What came to somebody’s credits and went from them, the newest first
         * @description Needs the scope `admin`.
         */
        get: operations["listUserCreditEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/credits/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give somebody credits
         * @description Needs the scope `admin`. Needs a second factor that was shown just now.
         */
        post: operations["grantCredits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{userId}/credits/adjustments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Correct somebody’s credits, up or down
         * @description Needs the scope `admin`. Needs a second factor that was shown just now.
         */
        post: operations["adjustCredits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/credits/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every version of every price, the newest first
         * @description Needs the scope `admin`.
         */
        get: operations["listPrices"];
        put?: never;
        /**
         * A new price of a model, of all others (`*`), or of a minute (`voice-chat`)
         * @description Needs the scope `admin`. Needs a second factor that was shown just now.
         */
        post: operations["setPrice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/credits/books": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prove the books: all but the counts has to be 0
         * @description Needs the scope `admin`.
         */
        get: operations["proveBooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How each vendor of language models is, which is asked now; lists of models are read anew
         * @description Needs the scope `admin`.
         */
        get: operations["checkModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How every service is; 503 only when this gateway cannot serve
         * @description Nobody has to log in: monitors have no account.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The gateway’s event loop turns
         * @description Nobody has to log in: monitors have no account.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This gateway can serve
         * @description Nobody has to log in: monitors have no account.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail: string;
            retryable: boolean;
            issues?: {
                path: string;
                message: string;
            }[];
            challenge?: {
                token: string;
                /** Format: date-time */
                expiresAt: string;
                methods: components["schemas"]["SecondFactor"][];
            };
            retryAfterS?: number;
            requestId?: string;
        };
        /** @enum {string} */
        SecondFactor: "totp" | "sms" | "email" | "recovery";
        PublicKey: {
            /** @constant */
            kty: "OKP";
            /** @constant */
            crv: "Ed25519";
            x: string;
            kid: string;
            /** @constant */
            alg: "EdDSA";
            /** @constant */
            use: "sig";
        };
        Session: {
            /** Format: uuid */
            sessionId: string;
            /** @enum {string} */
            tokenKind: "opaque" | "jwt";
            method: string;
            device?: string;
            userAgent?: string;
            address?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastSeenAt: string;
            /** Format: date-time */
            expiresAt: string;
            current: boolean;
        };
        ApiKey: {
            /** Format: uuid */
            keyId: string;
            name: string;
            prefix: string;
            scopes: ("agents" | "chat" | "conversations" | "devices" | "files" | "rtc")[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastUsedAt?: string;
            /** Format: date-time */
            expiresAt?: string;
        };
        DeviceCommand: {
            /** @constant */
            type: "call";
            name: string;
            /** @default {} */
            arguments: {
                [key: string]: unknown;
            };
        } | {
            /** @constant */
            type: "say";
            text: string;
        } | {
            /** @constant */
            type: "alert";
            /** @default Parley */
            status: string;
            message: string;
            /** @default neutral */
            emotion: string;
        } | {
            /** @constant */
            type: "reboot";
        };
        Agent: {
            /** Format: uuid */
            agentId: string;
            name: string;
            prompt: string;
            language?: string;
            voice: {
                provider?: string;
                name?: string;
                language?: string;
                speed?: number;
                pitch?: number;
                volume?: number;
            };
            sampling: {
                temperature?: number;
                topP?: number;
                maxTokens?: number;
                stop?: string[];
            };
            manner: {
                greeting?: string | null;
                farewell?: string | null;
                fillers?: string[];
                exitPhrases?: string[];
                endpointing?: {
                    silenceMs?: number;
                    adaptive?: boolean;
                };
                idleCloseMs?: number | null;
                replacements?: {
                    from: string;
                    to: string;
                }[];
            };
            model?: string;
            tools: {
                allow?: string[];
                parameters?: {
                    [key: string]: {
                        [key: string]: unknown;
                    };
                };
            };
            /** @enum {string} */
            memory: "none" | "summary" | "facts";
            /** @enum {string} */
            intent: "tools" | "model" | "none";
            isDefault: boolean;
            editable: boolean;
            /** Format: date-time */
            updatedAt: string;
        };
        AgentSettings: {
            name: string;
            prompt: string;
            language?: string | null;
            voice?: {
                provider?: string;
                name?: string;
                language?: string;
                speed?: number;
                pitch?: number;
                volume?: number;
            };
            sampling?: {
                temperature?: number;
                topP?: number;
                maxTokens?: number;
                stop?: string[];
            };
            manner?: {
                greeting?: string | null;
                farewell?: string | null;
                fillers?: string[];
                exitPhrases?: string[];
                endpointing?: {
                    silenceMs?: number;
                    adaptive?: boolean;
                };
                idleCloseMs?: number | null;
                replacements?: {
                    from: string;
                    to: string;
                }[];
            };
            model?: string | null;
            tools?: {
                allow?: string[];
                parameters?: {
                    [key: string]: {
                        [key: string]: unknown;
                    };
                };
            };
            /** @enum {string} */
            memory?: "none" | "summary" | "facts";
            /** @enum {string} */
            intent?: "tools" | "model" | "none";
        };
        Conversation: {
            /** Format: uuid */
            conversationId: string;
            /** Format: uuid */
            agentId: string;
            agentName: string;
            deviceId?: string;
            roomId?: string;
            title?: string;
            preview: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastMessageAt: string;
        };
        Message: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            turnId: string;
            /** @enum {string} */
            role: "user" | "assistant";
            text: string;
            interrupted: boolean;
            /** Format: date-time */
            createdAt: string;
        };
        Recording: {
            /** Format: uuid */
            recordingId: string;
            /** Format: uuid */
            turnId: string;
            deviceId: string;
            /** @enum {string} */
            side: "user" | "assistant";
            durationMs: number;
            size: number;
            /** Format: date-time */
            createdAt: string;
        };
        Voiceprint: {
            /** Format: uuid */
            voiceprintId: string;
            name: string;
            samples: number;
            /** Format: date-time */
            createdAt: string;
        };
        RtcScene: {
            scene: {
                id: string;
                icon: string;
                name: string;
                questions?: string[];
                botName?: string;
                isInterruptMode: boolean;
                isVision: boolean;
                isScreenMode: boolean;
                isAvatarScene: boolean;
                avatarBgUrl?: string;
            };
            rtc: {
                AppId: string;
                RoomId: string;
                UserId: string;
                Token: string;
            };
        };
        ManagedAccount: {
            /** Format: uuid */
            userId: string;
            username: string;
            /** @enum {string} */
            kind: "user" | "admin";
            /** Format: date-time */
            createdAt: string;
            email?: string;
            emailVerified?: boolean;
            phone?: string;
            phoneVerified?: boolean;
            displayName?: string;
            language?: string;
            timeZone?: string;
            avatarKey?: string;
            roles: string[];
            /** Format: date-time */
            disabledAt?: string;
        };
        Role: {
            role: string;
            description: string;
            scopes: ("account" | "agents" | "chat" | "conversations" | "devices" | "files" | "rtc" | "admin" | "users" | "roles")[];
            builtIn: boolean;
        };
        AppUpdate: {
            /** @constant */
            type: "device-online";
            deviceId: string;
        } | {
            /** @constant */
            type: "device-offline";
            deviceId: string;
            reason: string;
        } | {
            /** @constant */
            type: "device-bound";
            deviceId: string;
            name: string;
        } | {
            /** @constant */
            type: "device-unbound";
            deviceId: string;
        } | {
            /** @constant */
            type: "device-status";
            deviceId: string;
            status: {
                batteryPercent?: number;
                charging?: boolean;
                volumePercent?: number;
                brightnessPercent?: number;
                network?: {
                    kind: string;
                    name?: string;
                    signal?: string;
                };
                chipTemperatureC?: number;
                /** Format: date-time */
                at: string;
            };
        } | {
            /** @constant */
            type: "device-command";
            deviceId: string;
            /** Format: uuid */
            commandId: string;
            /** @enum {string} */
            state: "queued" | "running" | "done" | "failed" | "unanswered" | "expired";
            result?: string;
        } | {
            /** @constant */
            type: "device-alarm";
            deviceId: string;
            /** Format: uuid */
            alarmId: string;
            /** @enum {string} */
            kind: "timer" | "alarm" | "reminder";
            /** @enum {string} */
            state: "set" | "cancelled" | "rung" | "missed" | "dropped";
            /** Format: date-time */
            dueAt: string;
            text?: string;
        } | {
            /** @constant */
            type: "device-message";
            /** Format: uuid */
            from: string;
            deviceId?: string;
            payload: {
                [key: string]: unknown;
            };
        } | {
            /** @constant */
            type: "session-ended-for-safety";
            /** Format: uuid */
            sessionId: string;
        } | {
            /** @constant */
            type: "message-delta";
            /** Format: uuid */
            conversationId: string;
            /** Format: uuid */
            turnId: string;
            text: string;
        } | {
            /** @constant */
            type: "message";
            /** Format: uuid */
            conversationId: string;
            deviceId?: string;
            message: components["schemas"]["Message"];
        } | {
            /** @constant */
            type: "conversation_status";
            roomId: string;
            taskId: string;
            sceneId: string;
            roundId?: number;
            /** @enum {string} */
            stage: "listening" | "thinking" | "speaking" | "interrupted" | "finished" | "other";
            code: number;
            /** Format: date-time */
            at: string;
        } | {
            /** @constant */
            type: "conversation_subtitle";
            roomId: string;
            taskId: string;
            sceneId: string;
            roundId?: number;
            /** @enum {string} */
            speaker: "user" | "agent";
            text: string;
            language?: string;
            sequence: number;
            definite: boolean;
            paragraph: boolean;
        } | {
            /** @constant */
            type: "conversation_function_call";
            roomId: string;
            taskId: string;
            sceneId: string;
            roundId?: number;
            calls: {
                id: string;
                name: string;
                arguments: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    username: string;
                    password: string;
                    /** @constant */
                    grant_type?: "password";
                    scope?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        access_token: string;
                        /** @constant */
                        token_type: "bearer";
                        expires_in: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    username: string;
                    password: string;
                    email?: string;
                    phone?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            /** Format: uuid */
                            user_id: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    loginUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    username: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            token: string;
                            /** Format: uuid */
                            user_id: string;
                            /** Format: date-time */
                            expires_at: string;
                            refresh_token?: string;
                            /** Format: date-time */
                            refresh_expires_at?: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            ended: boolean;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            /** Format: uuid */
                            user_id: string;
                            username: string;
                            /** @enum {string} */
                            kind: "user" | "admin";
                            /** Format: date-time */
                            created_at: string;
                            email: string | null;
                            email_verified: boolean;
                            phone: string | null;
                            phone_verified: boolean;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    readProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            display_name: string | null;
                            language: string | null;
                            time_zone: string | null;
                            avatar: string | null;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    updateProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    display_name?: string | null;
                    language?: string | null;
                    time_zone?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    setAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            avatar: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    removeAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    exportAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A thing a line */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": {
                        kind: string;
                        data: {
                            [key: string]: unknown;
                        };
                        from: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    password?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            /** Format: uuid */
                            erasure_id: string;
                            /** Format: date-time */
                            requested_at: string;
                            finished_at: string | null;
                            erased: {
                                [key: string]: {
                                    [key: string]: number;
                                };
                            };
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    readErasure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                erasureId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            /** Format: uuid */
                            erasure_id: string;
                            /** Format: date-time */
                            requested_at: string;
                            finished_at: string | null;
                            erased: {
                                [key: string]: {
                                    [key: string]: number;
                                };
                            };
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current?: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email?: string;
                    phone?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token?: string;
                    phone?: string;
                    code?: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    sendLoginCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    phone: string;
                    captcha?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            expires_in: number;
                            retry_after: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    loginByCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    phone: string;
                    code: string;
                    device?: string;
                    /** @enum {string} */
                    token_kind?: "opaque" | "jwt";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            token: string;
                            /** Format: uuid */
                            user_id: string;
                            /** Format: date-time */
                            expires_at: string;
                            refresh_token?: string;
                            /** Format: date-time */
                            refresh_expires_at?: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    sendPhoneCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    phone: string;
                    captcha?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            expires_in: number;
                            retry_after: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    setPhone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    phone: string;
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    setEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    listProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            providers: string[];
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    beginProviderLogin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    redirect_uri?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            ticket: string;
                            state: string;
                            nonce: string;
                            /** Format: date-time */
                            expires_at: string;
                            url?: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    loginByProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ticket?: string;
                    state?: string;
                    code: string;
                    id_token?: string;
                    device?: string;
                    /** @enum {string} */
                    token_kind?: "opaque" | "jwt";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            token: string;
                            /** Format: uuid */
                            user_id: string;
                            /** Format: date-time */
                            expires_at: string;
                            refresh_token?: string;
                            /** Format: date-time */
                            refresh_expires_at?: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    listLinks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            identities: {
                                provider: string;
                                /** Format: date-time */
                                linked_at: string;
                            }[];
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    beginLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    provider: string;
                    redirect_uri?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            ticket: string;
                            state: string;
                            nonce: string;
                            /** Format: date-time */
                            expires_at: string;
                            url?: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    provider: string;
                    ticket?: string;
                    state?: string;
                    code: string;
                    id_token?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    unlink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    provider: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    sendChallengeCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    challenge: string;
                    /** @enum {string} */
                    method: "sms" | "email";
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            expires_in: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    answerChallenge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    challenge: string;
                    method: components["schemas"]["SecondFactor"];
                    code: string;
                    device?: string;
                    /** @enum {string} */
                    token_kind?: "opaque" | "jwt";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            token: string;
                            /** Format: uuid */
                            user_id: string;
                            /** Format: date-time */
                            expires_at: string;
                            refresh_token?: string;
                            /** Format: date-time */
                            refresh_expires_at?: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    listFactors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            factors: {
                                method: components["schemas"]["SecondFactor"];
                                /** Format: date-time */
                                since: string;
                            }[];
                            recovery_codes_left: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            secret: string;
                            uri: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            recovery_codes?: string[];
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    beginSentFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    method: "sms" | "email";
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            expires_in: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    confirmSentFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    method: "sms" | "email";
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            recovery_codes?: string[];
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    removeFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    method: "totp" | "sms" | "email";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: Record<string, never>;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            recovery_codes: string[];
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    sendStepUpCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    method: "sms" | "email";
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            expires_in: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    stepUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    method: components["schemas"]["SecondFactor"];
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            /** Format: date-time */
                            recent_until: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    resetFactors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    grant_type: "password" | "refresh_token";
                    username?: string;
                    password?: string;
                    refresh_token?: string;
                    device?: string;
                    /**
                     * @default jwt
                     * @enum {string}
                     */
                    token_kind?: "opaque" | "jwt";
                };
                "application/x-www-form-urlencoded": {
                    /** @enum {string} */
                    grant_type: "password" | "refresh_token";
                    username?: string;
                    password?: string;
                    refresh_token?: string;
                    device?: string;
                    /**
                     * @default jwt
                     * @enum {string}
                     */
                    token_kind?: "opaque" | "jwt";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        access_token: string;
                        /** @constant */
                        token_type: "Bearer";
                        expires_in: number;
                        scope: string;
                        refresh_token?: string;
                        refresh_expires_in?: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        userId: string;
                        /** Format: uuid */
                        sessionId: string;
                        /** @enum {string} */
                        kind: "user" | "admin";
                        scopes: string[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: components["schemas"]["PublicKey"][];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessions: components["schemas"]["Session"][];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSessions: {
        parameters: {
            query?: {
                keep_current?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ended: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ended: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: components["schemas"]["ApiKey"][];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    scopes: ("agents" | "chat" | "conversations" | "devices" | "files" | "rtc")[];
                    lifeDays?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: string;
                        apiKey: components["schemas"]["ApiKey"];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        revoked: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    macLoginNonce: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    mac_address: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            nonce: string;
                            /** Format: date-time */
                            expires_at: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    macLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    mac_address: string;
                    nonce?: string;
                    signature?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            token: string;
                            /** Format: uuid */
                            user_id: string;
                            /** Format: date-time */
                            expires_at: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    bindDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, made by you. Sent again within a day, it gets the same answer and is not done again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            mac_address: string;
                            name: string;
                            agent_id: string | null;
                            board_name: string | null;
                            firmware_version: string | null;
                            online: boolean;
                            battery_percent: number | null;
                            volume_percent: number | null;
                            /** Format: date-time */
                            bound_at: string;
                            /** Format: date-time */
                            last_seen_at: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            devices: {
                                mac_address: string;
                                name: string;
                                agent_id: string | null;
                                board_name: string | null;
                                firmware_version: string | null;
                                online: boolean;
                                battery_percent: number | null;
                                volume_percent: number | null;
                                /** Format: date-time */
                                bound_at: string;
                                /** Format: date-time */
                                last_seen_at: string;
                            }[];
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    readDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            mac_address: string;
                            name: string;
                            agent_id: string | null;
                            board_name: string | null;
                            firmware_version: string | null;
                            online: boolean;
                            battery_percent: number | null;
                            volume_percent: number | null;
                            /** Format: date-time */
                            bound_at: string;
                            /** Format: date-time */
                            last_seen_at: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    unbindDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            unbound: boolean;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    updateDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    agent_id?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            mac_address: string;
                            name: string;
                            agent_id: string | null;
                            board_name: string | null;
                            firmware_version: string | null;
                            online: boolean;
                            battery_percent: number | null;
                            volume_percent: number | null;
                            /** Format: date-time */
                            bound_at: string;
                            /** Format: date-time */
                            last_seen_at: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    issueDeviceRtcToken: {
        parameters: {
            query: {
                mac_address: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            app_id: string;
                            room_id: string;
                            user_id: string;
                            task_id: string;
                            token: string;
                            /** Format: date-time */
                            expires_at: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    describeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deviceId: string;
                        name: string;
                        /** Format: uuid */
                        agentId?: string;
                        boardName?: string;
                        firmwareVersion?: string;
                        firmware?: {
                            version: string;
                            /** @enum {string} */
                            state: "offered" | "downloaded" | "installed" | "refused";
                            /** Format: date-time */
                            at: string;
                        };
                        status?: {
                            batteryPercent?: number;
                            charging?: boolean;
                            volumePercent?: number;
                            brightnessPercent?: number;
                            network?: {
                                kind: string;
                                name?: string;
                                signal?: string;
                            };
                            chipTemperatureC?: number;
                            /** Format: date-time */
                            at: string;
                        };
                        settings: {
                            language?: string;
                            place?: string;
                            silenceMs?: number;
                            adaptiveSilence?: boolean;
                            idleCloseMs?: number;
                            bargeIn?: boolean;
                            autoUpdate?: boolean;
                            /** @enum {string} */
                            firmwareChannel?: "stable" | "beta";
                        };
                        online: boolean;
                        /** Format: date-time */
                        boundAt: string;
                        /** Format: date-time */
                        lastSeenAt: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    language?: string | null;
                    place?: string | null;
                    silenceMs?: number | null;
                    adaptiveSilence?: boolean | null;
                    idleCloseMs?: number | null;
                    bargeIn?: boolean | null;
                    autoUpdate?: boolean | null;
                    firmwareChannel?: ("stable" | "beta") | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deviceId: string;
                        name: string;
                        /** Format: uuid */
                        agentId?: string;
                        boardName?: string;
                        firmwareVersion?: string;
                        firmware?: {
                            version: string;
                            /** @enum {string} */
                            state: "offered" | "downloaded" | "installed" | "refused";
                            /** Format: date-time */
                            at: string;
                        };
                        status?: {
                            batteryPercent?: number;
                            charging?: boolean;
                            volumePercent?: number;
                            brightnessPercent?: number;
                            network?: {
                                kind: string;
                                name?: string;
                                signal?: string;
                            };
                            chipTemperatureC?: number;
                            /** Format: date-time */
                            at: string;
                        };
                        settings: {
                            language?: string;
                            place?: string;
                            silenceMs?: number;
                            adaptiveSilence?: boolean;
                            idleCloseMs?: number;
                            bargeIn?: boolean;
                            autoUpdate?: boolean;
                            /** @enum {string} */
                            firmwareChannel?: "stable" | "beta";
                        };
                        online: boolean;
                        /** Format: date-time */
                        boundAt: string;
                        /** Format: date-time */
                        lastSeenAt: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transferDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: string;
                        /** Format: date-time */
                        expiresAt: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    allowDeviceRebind: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        until: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readDeviceTools: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tools: {
                            name: string;
                            description: string;
                            inputSchema: {
                                [key: string]: unknown;
                            };
                            userOnly: boolean;
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    controlDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "turn_on" | "turn_off" | "get_status";
                    target?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        status?: {
                            batteryPercent?: number;
                            charging?: boolean;
                            volumePercent?: number;
                            brightnessPercent?: number;
                            network?: {
                                kind: string;
                                name?: string;
                                signal?: string;
                            };
                            chipTemperatureC?: number;
                            /** Format: date-time */
                            at: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeviceCommands: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        commands: {
                            /** Format: uuid */
                            commandId: string;
                            deviceId: string;
                            command: components["schemas"]["DeviceCommand"];
                            /** @enum {string} */
                            state: "queued" | "running" | "done" | "failed" | "unanswered" | "expired";
                            result?: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            expiresAt: string;
                            /** Format: date-time */
                            finishedAt?: string;
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendDeviceCommand: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    command: components["schemas"]["DeviceCommand"];
                    /** @default 86400 */
                    ttlS?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        commandId: string;
                        deviceId: string;
                        command: components["schemas"]["DeviceCommand"];
                        /** @enum {string} */
                        state: "queued" | "running" | "done" | "failed" | "unanswered" | "expired";
                        result?: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        expiresAt: string;
                        /** Format: date-time */
                        finishedAt?: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeviceAlarms: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alarms: {
                            /** Format: uuid */
                            alarmId: string;
                            deviceId: string;
                            /** @enum {string} */
                            kind: "timer" | "alarm" | "reminder";
                            /** Format: date-time */
                            dueAt: string;
                            /** @enum {string} */
                            repeats?: "daily" | "weekdays" | "weekly";
                            text?: string;
                            language?: string;
                            timeZone: string;
                            /** Format: date-time */
                            createdAt: string;
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setDeviceAlarm: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, made by you. Sent again within a day, it gets the same answer and is not done again. */
                "Idempotency-Key"?: string;
            };
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "timer" | "alarm" | "reminder";
                    due: {
                        inS: number;
                    } | {
                        time: string;
                        /** Format: date */
                        date?: string;
                    } | {
                        /** Format: date-time */
                        at: string;
                    };
                    /** @enum {string} */
                    repeats?: "daily" | "weekdays" | "weekly";
                    text?: string;
                    language?: string;
                    timeZone?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        alarmId: string;
                        deviceId: string;
                        /** @enum {string} */
                        kind: "timer" | "alarm" | "reminder";
                        /** Format: date-time */
                        dueAt: string;
                        /** @enum {string} */
                        repeats?: "daily" | "weekdays" | "weekly";
                        text?: string;
                        language?: string;
                        timeZone: string;
                        /** Format: date-time */
                        createdAt: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelDeviceAlarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
                alarmId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        alarmId: string;
                        deviceId: string;
                        /** @enum {string} */
                        kind: "timer" | "alarm" | "reminder";
                        /** Format: date-time */
                        dueAt: string;
                        /** @enum {string} */
                        repeats?: "daily" | "weekdays" | "weekly";
                        text?: string;
                        language?: string;
                        timeZone: string;
                        /** Format: date-time */
                        createdAt: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        agents: components["schemas"]["Agent"][];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAgent: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, made by you. Sent again within a day, it gets the same answer and is not done again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentSettings"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgentTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        templates: {
                            templateId: string;
                            description: string;
                            settings: components["schemas"]["AgentSettings"];
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    prompt?: string;
                    language?: string | null;
                    voice?: {
                        provider?: string;
                        name?: string;
                        language?: string;
                        speed?: number;
                        pitch?: number;
                        volume?: number;
                    };
                    sampling?: {
                        temperature?: number;
                        topP?: number;
                        maxTokens?: number;
                        stop?: string[];
                    };
                    manner?: {
                        greeting?: string | null;
                        farewell?: string | null;
                        fillers?: string[];
                        exitPhrases?: string[];
                        endpointing?: {
                            silenceMs?: number;
                            adaptive?: boolean;
                        };
                        idleCloseMs?: number | null;
                        replacements?: {
                            from: string;
                            to: string;
                        }[];
                    };
                    model?: string | null;
                    tools?: {
                        allow?: string[];
                        parameters?: {
                            [key: string]: {
                                [key: string]: unknown;
                            };
                        };
                    };
                    /** @enum {string} */
                    memory?: "none" | "summary" | "facts";
                    /** @enum {string} */
                    intent?: "tools" | "model" | "none";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgentVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        versions: {
                            version: number;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: uuid */
                            madeBy: string;
                            settings: components["schemas"]["AgentSettings"];
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agentId: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readMcpAddress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewMcpAddress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMcpConnections: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        connections: {
                            name: string;
                            version: string;
                            /** Format: date-time */
                            connectedAt: string;
                            tools: {
                                name: string;
                                description: string;
                            }[];
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mcp: {
        parameters: {
            query?: {
                agent?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description JSON-RPC */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConversations: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                deviceId?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conversations: components["schemas"]["Conversation"][];
                        next?: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readConversation: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
            };
            header?: never;
            path: {
                conversationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conversation: components["schemas"]["Conversation"];
                        messages: components["schemas"]["Message"][];
                        /** Format: uuid */
                        before?: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteConversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renameConversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportConversation: {
        parameters: {
            query?: {
                format?: "json" | "markdown";
            };
            header?: never;
            path: {
                conversationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ask: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    conversationId?: string;
                    /** Format: uuid */
                    agentId?: string;
                    text: string;
                    language?: string;
                };
            };
        };
        responses: {
            /** @description Events; what they say is in `data` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": {
                        /** @constant */
                        type: "started";
                        /** Format: uuid */
                        conversationId: string;
                        voice: {
                            provider?: string;
                            name?: string;
                            language?: string;
                            speed?: number;
                            pitch?: number;
                            volume?: number;
                        };
                        provider: string;
                        answerId: string;
                        /** Format: uuid */
                        turnId: string;
                    } | {
                        /** @constant */
                        type: "text-delta";
                        text: string;
                    } | {
                        /** @constant */
                        type: "tool-start";
                        name: string;
                    } | {
                        /** @constant */
                        type: "tool-end";
                        name: string;
                        failed: boolean;
                    } | {
                        /** @constant */
                        type: "finished";
                        /** @enum {string} */
                        reason: "stop" | "length" | "content-filter" | "tool-limit";
                        usage?: {
                            inputTokens: number;
                            outputTokens: number;
                        };
                        endsConversation?: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followAnswer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                answerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events; what they say is in `data` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": {
                        /** @constant */
                        type: "started";
                        /** Format: uuid */
                        conversationId: string;
                        voice: {
                            provider?: string;
                            name?: string;
                            language?: string;
                            speed?: number;
                            pitch?: number;
                            volume?: number;
                        };
                        provider: string;
                        answerId: string;
                        /** Format: uuid */
                        turnId: string;
                    } | {
                        /** @constant */
                        type: "text-delta";
                        text: string;
                    } | {
                        /** @constant */
                        type: "tool-start";
                        name: string;
                    } | {
                        /** @constant */
                        type: "tool-end";
                        name: string;
                        failed: boolean;
                    } | {
                        /** @constant */
                        type: "finished";
                        /** @enum {string} */
                        reason: "stop" | "length" | "content-filter" | "tool-limit";
                        usage?: {
                            inputTokens: number;
                            outputTokens: number;
                        };
                        endsConversation?: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopAnswer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                answerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        stopped: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFacts: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        facts: {
                            /** Format: uuid */
                            factId: string;
                            text: string;
                            speaker?: string;
                            /** Format: uuid */
                            sourceMessageId?: string;
                            /** Format: uuid */
                            conversationId?: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        }[];
                        /** Format: uuid */
                        before?: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addFact: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, made by you. Sent again within a day, it gets the same answer and is not done again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        factId: string;
                        text: string;
                        speaker?: string;
                        /** Format: uuid */
                        sourceMessageId?: string;
                        /** Format: uuid */
                        conversationId?: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forgetPerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteFact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                factId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeFact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                factId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        factId: string;
                        text: string;
                        speaker?: string;
                        /** Format: uuid */
                        sourceMessageId?: string;
                        /** Format: uuid */
                        conversationId?: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chatOnce: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    message: string;
                    /** Format: uuid */
                    agent_id?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            text: string;
                            model: string;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    chat: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, made by you. Sent again within a day, it gets the same answer and is not done again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    message: string;
                    /** Format: uuid */
                    agent_id?: string;
                    /** Format: uuid */
                    conversation_id?: string;
                    language?: string;
                    /** @default false */
                    speech?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            text: string;
                            /** Format: uuid */
                            conversation_id: string;
                            /** Format: uuid */
                            turn_id: string;
                            audio_url?: string | null;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        object: "list";
                        data: {
                            id: string;
                            /** @constant */
                            object: "model";
                            created: number;
                            owned_by: string;
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            message: string;
                            type: string;
                            param: string | null;
                            code: string | null;
                        };
                    };
                };
            };
        };
    };
    createChatCompletion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    model?: string;
                    messages: ({
                        /** @enum {string} */
                        role: "system" | "developer";
                        content: string | ({
                            /** @constant */
                            type: "text";
                            text: string;
                        } | {
                            type: string;
                        })[];
                    } | {
                        /** @constant */
                        role: "user";
                        content: string | ({
                            /** @constant */
                            type: "text";
                            text: string;
                        } | {
                            /** @constant */
                            type: "image_url";
                            image_url: {
                                url: string;
                            };
                        })[];
                    } | {
                        /** @constant */
                        role: "assistant";
                        content?: (string | ({
                            /** @constant */
                            type: "text";
                            text: string;
                        } | {
                            type: string;
                        })[]) | null;
                        tool_calls?: {
                            id: string;
                            /** @constant */
                            type: "function";
                            function: {
                                name: string;
                                arguments: string;
                            };
                        }[] | null;
                    } | {
                        /** @constant */
                        role: "tool";
                        content: string | ({
                            /** @constant */
                            type: "text";
                            text: string;
                        } | {
                            type: string;
                        })[];
                        tool_call_id: string;
                    })[];
                    stream?: boolean | null;
                    stream_options?: {
                        include_usage?: boolean | null;
                    } | null;
                    temperature?: number | null;
                    top_p?: number | null;
                    max_tokens?: number | null;
                    max_completion_tokens?: number | null;
                    stop?: (string | string[]) | null;
                    tools?: {
                        /** @constant */
                        type: "function";
                        function: {
                            name: string;
                            description?: string;
                            parameters?: {
                                [key: string]: unknown;
                            };
                        };
                    }[] | null;
                    tool_choice?: ("auto" | "none") | null;
                    n?: 1 | null;
                    response_format?: ({
                        /** @constant */
                        type: "text";
                    } | {
                        /** @constant */
                        type: "json_object";
                    } | {
                        /** @constant */
                        type: "json_schema";
                        json_schema: {
                            name: string;
                            /** @default {} */
                            schema?: {
                                [key: string]: unknown;
                            };
                            strict?: boolean | null;
                        };
                    }) | null;
                    presence_penalty?: 0 | null;
                    frequency_penalty?: 0 | null;
                    logprobs?: false | null;
                    functions?: null;
                    function_call?: null;
                    logit_bias?: null;
                    modalities?: null;
                    audio?: null;
                    prediction?: null;
                    web_search_options?: null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @constant */
                        object: "chat.completion";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            message: string;
                            type: string;
                            param: string | null;
                            code: string | null;
                        };
                    };
                };
            };
        };
    };
    createChatCompletionLegacy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    model?: string;
                    messages: ({
                        /** @enum {string} */
                        role: "system" | "developer";
                        content: string | ({
                            /** @constant */
                            type: "text";
                            text: string;
                        } | {
                            type: string;
                        })[];
                    } | {
                        /** @constant */
                        role: "user";
                        content: string | ({
                            /** @constant */
                            type: "text";
                            text: string;
                        } | {
                            /** @constant */
                            type: "image_url";
                            image_url: {
                                url: string;
                            };
                        })[];
                    } | {
                        /** @constant */
                        role: "assistant";
                        content?: (string | ({
                            /** @constant */
                            type: "text";
                            text: string;
                        } | {
                            type: string;
                        })[]) | null;
                        tool_calls?: {
                            id: string;
                            /** @constant */
                            type: "function";
                            function: {
                                name: string;
                                arguments: string;
                            };
                        }[] | null;
                    } | {
                        /** @constant */
                        role: "tool";
                        content: string | ({
                            /** @constant */
                            type: "text";
                            text: string;
                        } | {
                            type: string;
                        })[];
                        tool_call_id: string;
                    })[];
                    stream?: boolean | null;
                    stream_options?: {
                        include_usage?: boolean | null;
                    } | null;
                    temperature?: number | null;
                    top_p?: number | null;
                    max_tokens?: number | null;
                    max_completion_tokens?: number | null;
                    stop?: (string | string[]) | null;
                    tools?: {
                        /** @constant */
                        type: "function";
                        function: {
                            name: string;
                            description?: string;
                            parameters?: {
                                [key: string]: unknown;
                            };
                        };
                    }[] | null;
                    tool_choice?: ("auto" | "none") | null;
                    n?: 1 | null;
                    response_format?: ({
                        /** @constant */
                        type: "text";
                    } | {
                        /** @constant */
                        type: "json_object";
                    } | {
                        /** @constant */
                        type: "json_schema";
                        json_schema: {
                            name: string;
                            /** @default {} */
                            schema?: {
                                [key: string]: unknown;
                            };
                            strict?: boolean | null;
                        };
                    }) | null;
                    presence_penalty?: 0 | null;
                    frequency_penalty?: 0 | null;
                    logprobs?: false | null;
                    functions?: null;
                    function_call?: null;
                    logit_bias?: null;
                    modalities?: null;
                    audio?: null;
                    prediction?: null;
                    web_search_options?: null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @constant */
                        object: "chat.completion";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            message: string;
                            type: string;
                            param: string | null;
                            code: string | null;
                        };
                    };
                };
            };
        };
    };
    createSpeech: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    model?: string;
                    input: string;
                    voice: string | {
                        id: string;
                    };
                    /**
                     * @default mp3
                     * @enum {string}
                     */
                    response_format?: "mp3" | "opus" | "wav" | "pcm";
                    speed?: number | null;
                    stream_format?: "audio" | null;
                };
            };
        };
        responses: {
            /** @description The sound, as it is made */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/*": string;
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            message: string;
                            type: string;
                            param: string | null;
                            code: string | null;
                        };
                    };
                };
            };
        };
    };
    createTranscription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        text: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            message: string;
                            type: string;
                            param: string | null;
                            code: string | null;
                        };
                    };
                };
            };
        };
    };
    createImage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    prompt: string;
                    /** @default 1 */
                    n?: number;
                    /** @default 1024x1024 */
                    size?: "auto" | string;
                    /**
                     * @default b64_json
                     * @enum {string}
                     */
                    response_format?: "url" | "b64_json";
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        created: number;
                        data: ({
                            url: string;
                        } | {
                            b64_json: string;
                        })[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        error: {
                            message: string;
                            type: string;
                            param: string | null;
                            code: string | null;
                        };
                    };
                };
            };
        };
    };
    analyseImage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: starts_with */
                    image: string;
                    /** @enum {string} */
                    aspect: "tags" | "scene" | "objects" | "text" | "moderation";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        aspect: "tags" | "scene" | "objects" | "text" | "moderation";
                        provider: string;
                        labels?: {
                            name: string;
                            confidence: number;
                        }[];
                        objects?: {
                            name: string;
                            confidence: number;
                            box?: {
                                x: number;
                                y: number;
                                width: number;
                                height: number;
                            };
                        }[];
                        text?: string;
                        /** @enum {string} */
                        verdict?: "pass" | "review" | "block";
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    synthesize: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    voice?: string;
                    provider?: string;
                    language?: string;
                    speed?: number;
                    pitch?: number;
                    volume?: number;
                    /**
                     * @default mp3
                     * @enum {string}
                     */
                    format?: "mp3" | "opus" | "wav";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            audio_url: string;
                            format: string;
                            size: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    transcribe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            text: string;
                            language: string | null;
                            duration_ms: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        code: number;
                        message: string;
                        data: {
                            challenge: {
                                token: string;
                                /** Format: date-time */
                                expires_at: string;
                                methods: components["schemas"]["SecondFactor"][];
                            };
                        } | null;
                    };
                };
            };
        };
    };
    listVoices: {
        parameters: {
            query?: {
                language?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        voices: {
                            provider: string;
                            name: string;
                            title: string;
                            languages: string[];
                            /** @enum {string} */
                            gender?: "female" | "male";
                            follows: ("speed" | "pitch" | "volume")[];
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewVoice: {
        parameters: {
            query?: {
                provider?: string;
                name?: string;
                language?: string;
                speed?: number;
                pitch?: number;
                volume?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A sentence or two */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/mpeg": string;
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRecordings: {
        parameters: {
            query?: {
                turn_id?: string;
                device_id?: string;
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        recordings: components["schemas"]["Recording"][];
                        /** Format: uuid */
                        before?: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRecordings: {
        parameters: {
            query?: {
                turn_id?: string;
                device_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readRecording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ogg Opus */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/ogg": string;
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRecording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVoiceprints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        voiceprints: components["schemas"]["Voiceprint"][];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enrolVoiceprint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Voiceprint"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteVoiceprint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                voiceprintId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadImage: {
        parameters: {
            query?: {
                retention?: "permanent" | "temporary";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        filename: string;
                        path: string;
                        url: string;
                        expiresInS: number;
                        size: number;
                        contentType: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                filename: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The image; ranges and ETags as HTTP has them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                filename: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The image */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSignedFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                retention: string;
                day: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getScenes: {
        parameters: {
            query?: {
                Action?: string;
                Version?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ResponseMetadata: {
                            Action: string;
                        };
                        Result: {
                            scenes: components["schemas"]["RtcScene"][];
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code?: 401;
                        message?: string;
                        ResponseMetadata: {
                            Action: string;
                            Error: {
                                Code: number;
                                Message: string;
                            };
                        };
                    };
                };
            };
        };
    };
    callRtc: {
        parameters: {
            query?: {
                Action?: string;
                Version?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    SceneID?: string;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        code?: 401;
                        message?: string;
                        ResponseMetadata: {
                            Action: string;
                            Error: {
                                Code: number;
                                Message: string;
                            };
                        };
                    };
                };
            };
        };
    };
    setUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    username: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        userId: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redeemPasswordLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changed: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        users: components["schemas"]["ManagedAccount"][];
                        /** Format: uuid */
                        before?: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedAccount"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disableUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedAccount"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enableUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedAccount"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makePasswordLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uri */
                        link: string;
                        /** Format: date-time */
                        expiresAt: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessions: components["schemas"]["Session"][];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ended: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endUserSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ended: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setRoles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    roles: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagedAccount"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRoles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        roles: components["schemas"]["Role"][];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                role: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    description: string;
                    scopes: ("account" | "agents" | "chat" | "conversations" | "devices" | "files" | "rtc" | "admin" | "users" | "roles")[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFirmware: {
        parameters: {
            query?: {
                boardType?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        releases: {
                            /** Format: uuid */
                            releaseId: string;
                            boardType: string;
                            /** @enum {string} */
                            layout: "v1" | "v2";
                            /** @enum {string} */
                            channel: "stable" | "beta";
                            version: string;
                            size: number;
                            sha256: string;
                            notes: string;
                            percent: number;
                            paused: boolean;
                            /** Format: date-time */
                            createdAt: string;
                            outcomes: {
                                [key: string]: number;
                            };
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addFirmware: {
        parameters: {
            query: {
                boardType: string;
                layout: "v1" | "v2";
                channel?: "stable" | "beta";
                notes?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        releaseId: string;
                        boardType: string;
                        /** @enum {string} */
                        layout: "v1" | "v2";
                        /** @enum {string} */
                        channel: "stable" | "beta";
                        version: string;
                        size: number;
                        sha256: string;
                        notes: string;
                        percent: number;
                        paused: boolean;
                        /** Format: date-time */
                        createdAt: string;
                        outcomes: {
                            [key: string]: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeFirmware: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                releaseId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: boolean;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rollOutFirmware: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                releaseId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    percent?: number;
                    paused?: boolean;
                    /** @enum {string} */
                    channel?: "stable" | "beta";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        releaseId: string;
                        boardType: string;
                        /** @enum {string} */
                        layout: "v1" | "v2";
                        /** @enum {string} */
                        channel: "stable" | "beta";
                        version: string;
                        size: number;
                        sha256: string;
                        notes: string;
                        percent: number;
                        paused: boolean;
                        /** Format: date-time */
                        createdAt: string;
                        outcomes: {
                            [key: string]: number;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInstalledDevices: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        devices: {
                            deviceId: string;
                            owned: boolean;
                            boardType?: string;
                            chipModel?: string;
                            /** @enum {string} */
                            layout?: "v1" | "v2";
                            firmwareVersion?: string;
                            firmware?: {
                                version: string;
                                /** @enum {string} */
                                state: "offered" | "downloaded" | "installed" | "refused";
                                /** Format: date-time */
                                at: string;
                            };
                            online: boolean;
                            /** Format: date-time */
                            lastSeenAt: string;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    operateDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    command: components["schemas"]["DeviceCommand"];
                    /** @default 86400 */
                    ttlS?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        commandId: string;
                        deviceId: string;
                        command: components["schemas"]["DeviceCommand"];
                        /** @enum {string} */
                        state: "queued" | "running" | "done" | "failed" | "unanswered" | "expired";
                        result?: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        expiresAt: string;
                        /** Format: date-time */
                        finishedAt?: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                actorId?: string;
                targetId?: string;
                action?: string;
                from?: string;
                until?: string;
                before?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: {
                            sequence: number;
                            /** Format: date-time */
                            at: string;
                            actor: {
                                /** @enum {string} */
                                kind: "user" | "admin" | "service" | "nobody";
                                id?: string;
                            };
                            action: string;
                            target?: {
                                kind: string;
                                id: string;
                            };
                            outcome: string;
                            address?: string;
                            requestId?: string;
                            before?: string;
                            after?: string;
                            previousHash: string;
                            hash: string;
                        }[];
                        before?: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAudit: {
        parameters: {
            query?: {
                actorId?: string;
                targetId?: string;
                action?: string;
                from?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An entry a line */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": {
                        sequence: number;
                        /** Format: date-time */
                        at: string;
                        actor: {
                            /** @enum {string} */
                            kind: "user" | "admin" | "service" | "nobody";
                            id?: string;
                        };
                        action: string;
                        target?: {
                            kind: string;
                            id: string;
                        };
                        outcome: string;
                        address?: string;
                        requestId?: string;
                        before?: string;
                        after?: string;
                        previousHash: string;
                        hash: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: number;
                        broken?: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readCredits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        posted: number;
                        held: number;
                        available: number;
                        grants: {
                            /** Format: uuid */
                            grantId: string;
                            amount: number;
                            remaining: number;
                            priority: number;
                            /** Format: date-time */
                            expiresAt?: string;
                            reason: string;
                            /** Format: date-time */
                            createdAt: string;
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCreditEntries: {
        parameters: {
            query?: {
                before?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: {
                            sequence: number;
                            /** Format: date-time */
                            at: string;
                            /** @enum {string} */
                            kind: "grant" | "grant-expiry" | "settlement" | "adjustment";
                            amount: number;
                            purpose?: string;
                            item?: string;
                            inputTokens?: number;
                            outputTokens?: number;
                            priceVersion?: number;
                            reason?: string;
                        }[];
                        before?: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readUserCredits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        posted: number;
                        held: number;
                        available: number;
                        grants: {
                            /** Format: uuid */
                            grantId: string;
                            amount: number;
                            remaining: number;
                            priority: number;
                            /** Format: date-time */
                            expiresAt?: string;
                            reason: string;
                            /** Format: date-time */
                            createdAt: string;
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUserCreditEntries: {
        parameters: {
            query?: {
                before?: number;
                limit?: number;
            };
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: {
                            sequence: number;
                            /** Format: date-time */
                            at: string;
                            /** @enum {string} */
                            kind: "grant" | "grant-expiry" | "settlement" | "adjustment";
                            amount: number;
                            purpose?: string;
                            item?: string;
                            inputTokens?: number;
                            outputTokens?: number;
                            priceVersion?: number;
                            reason?: string;
                        }[];
                        before?: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    grantCredits: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, made by you. Sent again within a day, it gets the same answer and is not done again. */
                "Idempotency-Key"?: string;
            };
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    grantId?: string;
                    amount: number;
                    /** @default 100 */
                    priority?: number;
                    /** Format: date-time */
                    expiresAt?: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        grantId: string;
                        amount: number;
                        remaining: number;
                        priority: number;
                        /** Format: date-time */
                        expiresAt?: string;
                        reason: string;
                        /** Format: date-time */
                        createdAt: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adjustCredits: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, made by you. Sent again within a day, it gets the same answer and is not done again. */
                "Idempotency-Key"?: string;
            };
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uuid */
                    adjustmentId?: string;
                    amount: number;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        posted: number;
                        held: number;
                        available: number;
                        grants: {
                            /** Format: uuid */
                            grantId: string;
                            amount: number;
                            remaining: number;
                            priority: number;
                            /** Format: date-time */
                            expiresAt?: string;
                            reason: string;
                            /** Format: date-time */
                            createdAt: string;
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPrices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        prices: {
                            version: number;
                            item: string;
                            inputPerMillion: number;
                            outputPerMillion: number;
                            perMinute: number;
                            /** Format: date-time */
                            validFrom: string;
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPrice: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, made by you. Sent again within a day, it gets the same answer and is not done again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    item: string;
                    inputPerMillion?: number;
                    outputPerMillion?: number;
                    perMinute?: number;
                    /** Format: date-time */
                    validFrom?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        version: number;
                        item: string;
                        inputPerMillion: number;
                        outputPerMillion: number;
                        perMinute: number;
                        /** Format: date-time */
                        validFrom: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    proveBooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: number;
                        wallets: number;
                        sum: number;
                        unbalanced: number;
                        wrongPosted: number;
                        wrongHeld: number;
                        wrongGrants: number;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: {
                            provider: string;
                            model: string;
                            ok: boolean;
                            latencyMs?: number;
                            code?: string;
                            reason?: string;
                        }[];
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "healthy" | "unhealthy";
                        checks: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: string;
                    };
                };
            };
            /** @description Refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
