"""The composition root: settings in, application out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from flask_security import Security
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Settings, SettingsError
from pne_tracker import blueprints
from pne_tracker.adapters.encryption import InstallationKeys, KeysError, installation_keys
from pne_tracker.db import KEYS, db, engine_options, prepare_engine
from pne_tracker.web import context, errors, headers, logs, policies, sign_in
from pne_tracker.web.identity import AccountStore
from pne_tracker.web.site import Site

csrf = CSRFProtect()
migrate = Migrate()


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings, or for those of the environment.

    Raises SettingsError for a wrong setting and UndeclaredPolicyError for an endpoint without a policy.
    """
    settings = settings or Settings.from_env()
    app = Site(
        "pne_tracker",
        static_folder=str(ROOT / "pne_tracker" / "static"),
        template_folder=str(ROOT / "templates"),
        instance_path=str(Path(settings.instance).resolve()),
    )
    app.config.from_mapping(_flask_config(settings))
    if count := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.extensions["pne_settings"] = settings
    app.extensions[KEYS] = _keys(settings)
    logs.install(app, settings.log_level)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    csrf.init_app(app)
    Babel(app, locale_selector=context.locale)
    Security(app, AccountStore(), register_blueprint=False)
    with app.app_context():
        prepare_engine(db.engine)
    policies.stand_at_the_door(app)
    blueprints.register(app)
    for view in blueprints.WITHOUT_FORM_TOKEN:
        csrf.exempt(view)
    for area in blueprints.FOR_PROGRAMS:
        csrf.exempt(app.blueprints[area])
    sign_in.install(app)
    context.install(app)
    errors.install(app)
    headers.install(app, https=settings.https)
    policies.refuse_undeclared(app)
    return app


def _keys(settings: Settings) -> InstallationKeys:
    try:
        return installation_keys(settings.encryption_keys, settings.instance)
    except KeysError as error:
        raise SettingsError(f"PNE_ENCRYPTION_KEYS: {error}.") from error


def _flask_config(settings: Settings) -> dict[str, object]:
    cookie = "__Host-pne" if settings.https else "pne"
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.testing,
        "TRUSTED_HOSTS": list(settings.hosts) or None,
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_NAME": cookie,
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=12),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "pne_tracker" / "translations"),
        **sign_in.security_config(settings.password_salt),
    }
