"""The addresses of the Open edX side, where its library builds links to them."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("api/", include("lti_consumer.plugin.urls"))]
