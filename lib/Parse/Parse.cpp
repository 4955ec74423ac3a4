// The entry points of parsing.
#include "Parse/Parse.h"
