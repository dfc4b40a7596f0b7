"""Short, plain, distinct words for passcodes: things that one can see or touch."""

WORDS = tuple(
    """
    acorn actor album alley amber anchor angle apple apron arrow aspen atlas attic bacon badge
    bagel baker bamboo banjo barn basil basin basket batch beach beagle beaver bench berry birch
    bishop blanket blossom bonnet border bottle boulder bowl branch brass bread breeze brick
    bridge brush bucket buckle budget buffalo bugle bunny burrow butter button cabin cable camel
    camera canal candle candy canoe canyon caper captain caramel carbon cargo carrot cart castle
    cattle cedar cellar cello chain chalk chapel charcoal cheese cherry chestnut chimney cider
    cinder circle circus clamp clarinet clay cliff clock clover cobra cocoa coconut coffee
    collar comet copper coral cork corner cotton cousin crab cradle crane crater crayon cricket
    crown crystal cube cupboard curtain cushion cymbal dancer dawn denim desert desk diamond
    dolphin donkey door dragon drawer drizzle duck dune eagle earth easel echo elbow elder elk
    ember emerald engine equator ermine evening fable fabric falcon farmer fence fern ferry
    fiddle field fig finger flag flame flannel flask flint flour flower flute forest fossil
    fountain fudge galaxy garden garlic garnet gate geese ginger giraffe glacier glove glue
    goose gorge granite grape gravel grove guitar hammer hamster harbor harp harvest hatch hazel
    heather hedge helmet heron hickory hinge hollow honey hoop horizon hornet hotel hound house
    hummus hurdle husk igloo indigo inkwell iris iron island ivy jacket jaguar jar jasmine jelly
    jewel juggler juice jungle juniper kayak kettle kiln kitchen kite kitten kiwi knot label
    lace ladder lagoon lake lamp larch lark lasso latch lava lavender leather lemon lentil
    leopard letter lettuce lichen lilac lily lime linen lion lizard lobster locket locust lodge
    loom lotus lunar lunch lynx magnet magpie mallet mantle maple marble market marsh mask
    meadow melon mentor merlin meteor mill mirror mitten moat molar monkey moon morning mortar
    mosaic moss motor mountain mouse mule museum music mustard napkin narrow nectar needle nest
    nickel night noodle nougat nutmeg oak oasis oats ocean onion opal opera orange orbit orchard
    organ osprey otter oven owl oyster palace palm panda pansy panther paper paprika parrot
    parsley pasta pastry path peach peanut pear pebble pelican pencil penguin perch piano picnic
    pigeon pillow pilot planet plank plate plaza plum pocket polar pond pony poplar poppy
    portrait powder prairie prism pudding puffin pulley pumpkin puzzle quail quarry quartz quill
    quilt rabbit raccoon radish raft rain raisin raven reef ribbon rice ridge ring robin rocket
    rope rose rowboat ruby rug saddle saffron sage sail salad sand sapphire sardine satchel
    saucer scarf school sculptor seal season seed shadow shell shepherd shore shovel silk silver
    sketch sled slipper slope smoke snail snow sofa sonnet spade sparrow spatula spider spiral
    sponge spoon spruce squirrel stable star statue steam stone stork storm stove stream sugar
    summer sunset swan sweater tablet table tailor talon tango tea temple tent thimble thistle
    thread throne tiger timber toast tomato topaz torch towel tower tractor train trellis
    triangle trumpet tulip tunnel turkey turnip turtle tweed umbrella unicorn valley vanilla
    vase velvet village vine violet violin volcano voyage wagon walnut walrus water weasel wheat
    whistle willow window winter wolf wombat wool wren yarn yogurt zebra zipper
    """.split()
)
