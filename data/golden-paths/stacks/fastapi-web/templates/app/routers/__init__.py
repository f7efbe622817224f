"""Every module below this package that has a `router` is part of the app: a new area is a new file."""

from __future__ import annotations

import importlib
import pkgutil

from fastapi import FastAPI


def include_all(app: FastAPI) -> None:
    for name in sorted(module.name for module in pkgutil.walk_packages(__path__, f"{__name__}.")):
        router = getattr(importlib.import_module(name), "router", None)
        if router is not None:
            app.include_router(router)
