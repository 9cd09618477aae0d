"""The phrase tables. All starter text is put together from these few hundred words and from numbers."""

ADJECTIVES = (
    "Compact", "Robust", "Modular", "Flexible", "Efficient", "Reliable", "Lightweight", "Autonomous",
    "Miniature", "Reusable", "Adaptive", "Wireless", "Quiet", "Precise", "Durable", "Smart",
)  # fmt: skip
MATERIALS = (
    "titanium", "aluminum", "carbon fiber", "silicon carbide", "graphene", "copper", "ceramic foam",
    "boron nitride", "polymer film", "stainless steel", "diamond", "quartz glass", "nickel alloy",
    "zinc oxide", "aerogel", "sapphire", "magnesium", "tungsten", "silica", "basalt fiber", "gold foil",
    "beryllium", "bronze", "silicone rubber",
)  # fmt: skip
DEVICES = (
    "pump", "antenna", "battery", "radiator", "valve", "laser", "camera", "thermal sensor", "solar panel",
    "robot arm", "wheel", "drill", "heat shield", "gyroscope", "air filter", "fuel cell", "thruster",
    "telescope mirror", "heat pipe", "radio receiver", "water recycler", "oxygen generator", "dust cover",
    "pressure sensor", "spectrometer", "cryocooler", "parachute", "landing leg", "electric motor",
    "data recorder",
)  # fmt: skip
PLATFORMS = (
    "lunar landers", "Mars rovers", "small satellites", "space stations", "deep space probes",
    "sounding rockets", "research aircraft", "crew habitats", "space suits", "launch vehicles",
    "weather balloons", "cargo capsules", "asteroid probes", "lunar bases", "ocean satellites",
    "rescue drones",
)  # fmt: skip
MISSIONS = (
    "Boreal", "Cygnet", "Daybreak", "Ember", "Fathom", "Glacier", "Halcyon", "Islander", "Juniper",
    "Kestrel", "Lantern", "Meridian", "Nightjar", "Osprey", "Pilgrim", "Quarry", "Riverbend", "Sandpiper",
    "Tempest", "Umbra", "Vesper", "Windrose", "Yarrow", "Zephyr",
)  # fmt: skip
DESTINATIONS = (
    "to the Moon", "to Mars", "to Europa", "to Titan", "to Venus", "to Ceres", "in Earth orbit",
    "to an asteroid",
)  # fmt: skip
PROBLEMS = (
    "are too heavy", "wear out too early", "leak at low temperature", "use too much power",
    "cost too much", "fail in strong radiation", "lose accuracy over time", "clog with fine dust",
    "break during launch", "need frequent repair", "overheat in sunlight", "drift in the cold",
)  # fmt: skip
METHODS = (
    "3D printing", "laser welding", "machine learning", "vacuum casting", "computer simulation",
    "plasma coating", "chemical etching", "cold spraying", "ultrasonic bonding", "ion implantation",
    "electron beam melting", "neural networks", "freeze drying", "fiber weaving", "spin coating",
    "heat treatment", "fluid modeling", "optical tracking",
)  # fmt: skip
PURPOSES = (
    "reduce leaks", "stop cracks", "remove heat faster", "lower the noise", "save fuel", "block radiation",
    "resist dust", "detect faults early", "store more energy", "improve the signal", "cut the weight",
    "survive launch loads",
)  # fmt: skip
FACILITIES = (
    "in a vacuum chamber", "in a wind tunnel", "in a clean room", "on a shake table", "in a thermal chamber",
    "in a drop tower", "in a dust chamber", "in a radiation lab", "in a flight simulator", "in a water tank",
)  # fmt: skip
PLACES = (
    "Austin", "Denver", "Boston", "Tucson", "Seattle", "Houston", "Madison", "Dayton", "Huntsville",
    "Boulder", "Pasadena", "Cleveland", "Hampton", "Albany", "Reno", "Tulsa",
)  # fmt: skip
BENEFITS = (
    "cut NASA's cost", "raise the payload", "extend the mission life", "improve crew safety",
    "shorten the repair time", "reduce R&D risk", "increase the data rate", "lower the fuel demand",
    "improve the accuracy", "reduce the volume",
)  # fmt: skip
NASA_USES = (
    "cooling the cabin of crew vehicles", "sampling ice on the Moon", "tracking debris in orbit",
    "mapping the soil of Mars", "powering science probes", "storing cold fuel in space",
    "docking two spacecraft", "measuring clouds from orbit", "testing new aircraft wings",
    "recycling water for the crew", "sending images to Earth", "protecting astronauts from radiation",
    "landing cargo on rough ground", "watching solar storms", "growing plants in orbit",
    "steering small satellites", "repairing tools in space", "finding gas leaks in habitats",
    "drilling into asteroids", "studying the outer planets",
)  # fmt: skip
COMMERCIAL_USES = (
    "inspecting oil pipelines", "cleaning water in hospitals", "testing car engines",
    "cooling data centers", "monitoring farm soil", "guiding delivery drones", "sorting waste",
    "charging electric buses", "scanning bridges for cracks", "tracking ships at sea",
    "sealing food packages", "mining rare metals", "forecasting local weather", "checking blood samples",
    "heating family homes", "controlling factory robots", "storing wind energy", "fighting forest fires",
    "building mobile phones", "mapping the sea floor",
)  # fmt: skip
MARKETS = (
    "medical", "automobile", "energy", "shipping", "farming", "mining", "telephone", "aviation",
    "construction", "food", "chemical", "software",
)  # fmt: skip
FIRM_STEMS = (
    "Northwind", "Bluestone", "Red Mesa", "Silver Lake", "Granite Peak", "Clearwater", "Oak Ridge Road",
    "Starling", "Ironwood", "Highland", "Maple Street", "Coral Bay", "Summit", "Prairie", "Lighthouse",
    "Copper Canyon", "Evergreen", "Falcon Hill", "Golden Valley", "Harbor", "Sunrise", "Twin Rivers",
    "White Oak", "Yellowtail",
)  # fmt: skip
FIRM_TRADES = (
    "Research",
    "Systems",
    "Technologies",
    "Dynamics",
    "Instruments",
    "Materials",
    "Robotics",
    "Sciences",
)
FIRM_FORMS = ("Inc.", "LLC", "Corporation", "Ltd.")
OTHER_AGENCIES = ("Department of Energy", "Department of Defense", "National Science Foundation")
NASA = "National Aeronautics and Space Administration"
