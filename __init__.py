from . import controllers
from . import models
from . import wizards

controllers.return_address_log.install()
