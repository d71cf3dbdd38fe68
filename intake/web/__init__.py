"""The pages: Flask at the rim. Rules live in ``domain``, acts in ``workflow``, reads in ``storage``."""
