// The slabs that a thread keeps.
#include "Support/Arena.h"

thread_local coil::SlabAllocator::Spare coil::SlabAllocator::spare;
