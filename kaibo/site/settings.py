"""All settings in one place, read once and checked at the start. ``kaibo doctor`` prints them."""

from datetime import timedelta
from pathlib import Path

from kaibo.site import environment as env
from kaibo.site.logs import LOGGING as LOGGING
from kaibo.site.logs import configure_logs

KAIBO_HOME = Path(env.text("KAIBO_HOME", "var")).resolve()
KAIBO_HOME.mkdir(parents=True, exist_ok=True)
KAIBO_KEYS = KAIBO_HOME / "keys"
KAIBO_FIELD_KEYS = env.field_keys(KAIBO_KEYS)
KAIBO_LAKE = KAIBO_HOME / "lake"
KAIBO_PACKS = KAIBO_HOME / "packs"
KAIBO_PHOTOS = KAIBO_HOME / "photos"
KAIBO_RECORDINGS = KAIBO_HOME / "recordings"
# Models that `kaibo scan train` made, abuse.json and spam.json; without a file nothing is read.
KAIBO_TEXT_MODELS = Path(env.text("KAIBO_TEXT_MODELS", str(KAIBO_HOME / "models"))).resolve()
# A streaming model of sherpa-onnx for `kaibo hear`; without one nothing is heard by itself.
KAIBO_SPEECH_MODEL = (
    Path(found).resolve() if (found := env.text("KAIBO_SPEECH_MODEL", "")) else None
)
KAIBO_HOST = env.text("KAIBO_HOST", "127.0.0.1")
KAIBO_PORT = env.integer("KAIBO_PORT", 8000)
KAIBO_RTMP_PORT = env.integer("KAIBO_RTMP_PORT", 1935)
# How browsers and encoders reach this installation; only needed behind a proxy.
KAIBO_PUBLIC_URL = env.text("KAIBO_PUBLIC_URL", f"http://{KAIBO_HOST}:{KAIBO_PORT}")
# Reverse proxies (addresses or networks) whose word is taken for where a request comes from.
KAIBO_TRUSTED_PROXIES = env.text("KAIBO_TRUSTED_PROXIES", "")
# Where buyers may pay; the first one unless they choose. The sandbox takes no money: an
# installation that sells for real leaves it out. What each needs: docs/mechanisms/payments.md.
KAIBO_PAY = env.names("KAIBO_PAY", "sandbox", known=("sandbox", "wechat", "alipay"))
# Which of them show a QR code beside the picture to who has no phone in the hand: the seller has
# signed for Native 支付 at WeChat, for 电脑网站支付 at Alipay.
KAIBO_PAY_QR = env.names("KAIBO_PAY_QR", "wechat,alipay", known=("wechat", "alipay"))
KAIBO_WECHAT = env.group(
    "KAIBO_WECHAT",
    *("MCH_ID", "APP_ID", "CERT_SERIAL", "KEY", "API_V3_KEY", "PLATFORM_KEY", "PLATFORM_KEY_ID"),
)
KAIBO_ALIPAY = env.group("KAIBO_ALIPAY", "APP_ID", "KEY", "PLATFORM_KEY", "GATEWAY", "REFUND_DAYS")
# Seconds from one looked-at frame of a live picture to the next; 0 leaves the eyes shut.
KAIBO_EYES_EVERY_S = env.whole("KAIBO_EYES_EVERY_S", 1, most=10)
# Seconds from one reading of the words in a picture to the next, with the extra `ocr`; 0 is off.
KAIBO_EYES_READ_EVERY_S = env.whole("KAIBO_EYES_READ_EVERY_S", 5, most=60)
# Where QR codes in a picture may lead beside this installation, by scheme, host and port.
KAIBO_SAFE_ADDRESSES = env.addresses("KAIBO_SAFE_ADDRESSES")
# Chat lines a viewer may send a second, for long; five times as many at once.
KAIBO_CHAT_PER_S = env.integer("KAIBO_CHAT_PER_S", 1)
# A proof of work before a room's door: the most hashes a browser computes; 0 asks for none.
# 100,000 are about a second on a phone. Pages need https for it.
KAIBO_PROOF_OF_WORK = env.whole("KAIBO_PROOF_OF_WORK", 0, most=10_000_000)
# Dotted path of a class that compares faces by an outside service; without one a colleague does.
KAIBO_FACE_SERVICE = env.text("KAIBO_FACE_SERVICE", "")
# Code of the organisation whose published rules bind every room of this installation; without it
# each organisation's own rules bind its own rooms.
KAIBO_PLATFORM = env.text("KAIBO_PLATFORM", "")
# Requests that one API key may make a minute, counted by each web process; 0 sets no limit.
KAIBO_API_PER_MIN = env.whole("KAIBO_API_PER_MIN", 600, most=1_000_000)
# Webhooks go to addresses of the open internet only; 1 lets them also go to this network.
KAIBO_HOOKS_PRIVATE = env.flag("KAIBO_HOOKS_PRIVATE", False)
# Hours within which a confirmed grave violation is reported to the regulator.
KAIBO_REPORT_WITHIN_H = env.whole("KAIBO_REPORT_WITHIN_H", 24, most=24 * 30)
# Keep-times longer than the law's, such as recording=R5L,log=R12M; shorter ones are refused.
KAIBO_KEEP = env.kept("KAIBO_KEEP")
REDIS_URL = env.text("REDIS_URL", "")

DEBUG = env.flag("KAIBO_DEBUG", False)
SECRET_KEY = env.secret_key(KAIBO_KEYS)
ALLOWED_HOSTS = env.text("KAIBO_ALLOWED_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [KAIBO_PUBLIC_URL]

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "ninja",
    "kaibo.journal",
    "kaibo.access",
    "kaibo.compliance",
    "kaibo.insight",
    "kaibo.hooks",
    "kaibo.catalog",
    "kaibo.hosts",
    "kaibo.agreements",
    "kaibo.audience",
    "kaibo.media",
    "kaibo.promotions",
    "kaibo.orders",
    "kaibo.planning",
    "kaibo.promises",
    "kaibo.notices",
    "kaibo.preflight",
    "kaibo.patrol",
    "kaibo.roster",
    "kaibo.personas",
    "kaibo.room",
    "kaibo.evidence",
    "kaibo.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "kaibo.site.addresses.readable_address",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "kaibo.site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": env.database(env.text("DATABASE_URL", ""), KAIBO_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Memory-hard, in the standard library, and a tenth of PBKDF2's wait at the same strength.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Guessing: five wrong passwords for one account from one address, then a pause.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "kaibo.site.api.answer_locked_out"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = KAIBO_PUBLIC_URL.startswith("https:")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
# The sandbox payment page opens inside the room's own page.
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = KAIBO_HOME / "static"
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(exist_ok=True)

UNFOLD = {"SITE_TITLE": "开播 Kaibo", "SITE_HEADER": "开播 Kaibo"}

configure_logs(debug=DEBUG)
