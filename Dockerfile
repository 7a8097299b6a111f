FROM python:3.13-slim

WORKDIR /srv/skysentry
COPY requirements/run.lock requirements/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: --no-deps -r requirements/run.lock

COPY . .
RUN useradd --system skysentry && install -d -o skysentry var
USER skysentry
VOLUME /srv/skysentry/var

# Signals reach it, and it ends within 5 s.
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:%s/readyz' % os.environ.get('API_PORT', '8000'))"]
