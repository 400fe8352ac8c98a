"""Words of invented operations. Names come from combining lists: no real neighbourhood is meant, no living person."""

HEADS = (
    "Les Hauts",
    "Le Clos",
    "Les Rives",
    "La Lisière",
    "Les Jardins",
    "Le Parc",
    "La Porte",
    "Le Coteau",
    "Les Terrasses",
    "Le Quai",
    "La Cour",
    "Les Allées",
    "Le Faubourg",
    "Les Ateliers",
    "La Prairie",
    "Les Venelles",
    "La Halle",
    "Le Belvédère",
    "Les Passages",
    "La Croisée",
    "Le Grand Pré",
    "Les Cours",
    "Le Chemin",
    "La Place",
    "Les Courtils",
    "La Grange",
    "Le Verger",
    "Les Tilleuls",
    "L’Esplanade",
    "Le Mail",
    "La Promenade",
    "Le Bassin",
    "Les Docks",
    "La Manufacture",
    "Le Plateau",
    "Les Coursives",
    "Le Vallon",
    "La Pépinière",
    "Les Communs",
    "Le Rempart",
    "La Fabrique",
    "Les Carrières",
    "La Clairière",
    "Le Ponton",
    "Les Échoppes",
    "La Butte",
    "L’Avenue",
    "Les Sentiers",
)
PLACES = (
    "de Brumelande",
    "d’Orsevaux",
    "de Valmirande",
    "de Clairfontelle",
    "d’Estrevigne",
    "de Hautelune",
    "de Noirmesnil",
    "de Pierrefolle",
    "de Rochelune",
    "de Sauvemare",
    "de Tournelaure",
    "d’Ulmessart",
    "de Vieillecombe",
    "d’Aubrevaux",
    "de Bellesarthe",
    "de Courmirelle",
    "de Doucemare",
    "d’Esprevelle",
    "de Fontaurelle",
    "de Grandrive",
    "des Trois Lavoirs",
    "des Quatre Noyers",
    "des Cinq Tisserands",
    "du Vieux Fournil",
    "du Dernier Bac",
    "de la Vieille Corderie",
    "de la Grande Mégisserie",
    "de l’Ancienne Filature",
    "de l’Ancien Octroi",
    "du Moulin penché",
    "du Chêne creux",
    "du Pont tournant",
    "de la Source perdue",
    "de la Cour aux Grives",
    "des Saules gris",
    "des Églantiers bleus",
)
OVERSEAS_PLACES = (
    "des Alizés",
    "du Vieux Tamarin",
    "des Trois Filaos",
    "de la Ravine claire",
    "du Bois doré",
    "des Flamboyants hauts",
    "de la Sucrerie neuve",
    "du Lagon gris",
    "des Palmes vieilles",
    "de l’Ancien Débarcadère",
)
LONG_NAMES = (
    "Renouvellement urbain et reconquête des friches ferroviaires et portuaires des Hauts de Brumelande, du faubourg "
    "des Cinq Tisserands et de leurs abords, y compris la requalification des espaces publics du centre ancien",
    "Secteur Anciennement-Manufacture-de-Rochelune-et-Faubourg-de-l’Ancienne-Filature-Prolongé",
    "Opération d’ensemble d’aménagement, d’habitat et d’équipements du plateau de Valmirande et de ses franges "
    "agricoles, phase opérationnelle concertée avec les communes voisines",
    "L’Îlot",
)
"""Names as long as they come, one of a single unbroken word, and one as short."""

DESCRIPTIONS = (
    "{there}, un quartier conçu avec ses habitants, desservi à pied et planté.",
    "{there}, des logements et des ateliers autour d’un jardin public, à dix minutes de la gare.",
    "{there}, une entrée de ville qui redevient une rue, avec ses commerces et son école.",
    "{there}, des immeubles réhabilités et une place ombragée là où passait une voie rapide.",
    "{there}, un hameau neuf le long du bourg, qui garde ses haies et ses fossés.",
)
INITIAL_SITES = (
    "Ancien site d’activités, en partie imperméabilisé, proche du centre.",
    "Grand ensemble des années 1970, enclavé entre deux voies.",
    "Terres maraîchères en lisière du bourg, humides en hiver.",
    "Casernement fermé, arbres centenaires, bâtiments à garder.",
    "Stationnements et entrepôts au bord de l’eau.",
)
CONTEXTS = (
    "Document d’urbanisme à jour\u00a0; secteur de projet inscrit au plan local.",
    "Vacance commerciale au centre, demande de petits logements, peu de terrains libres.",
    "Population qui vieillit\u00a0; la commune veut garder son école et ses commerces.",
    "Pression foncière forte\u00a0; un logement sur trois devait être social.",
)
PROGRAMMES = (
    "Logements variés, commerces de proximité, école et espaces publics plantés.",
    "Réhabilitation de la moitié des logements, démolition de deux barres, jardins partagés.",
    "Habitat participatif, ateliers d’artisans, halle de marché et parc de quartier.",
    "Petits collectifs, maisons groupées, maison de santé et voie verte.",
)
SOURCES = (
    "étude préalable de l’aménageur (inventée)",
    "bilan annuel de l’opération (inventé)",
    "dossier de création (inventé)",
    "",
)
PHASES = ("Cœur du quartier", "Secteur nord", "Secteur sud", "Franges et lisières")
DEVELOPERS = (
    ("Société d’aménagement", "developer"),
    ("Société publique locale", "developer"),
    ("Établissement public foncier", "agency"),
    ("Coopérative d’habitants", "citizens"),
    ("Office de l’habitat", "landlord"),
)
"""First words of the name of a developer, and its kind of organisation."""
ACTORS = (
    "Atelier de Brumelande",
    "Paysages d’Orsevaux",
    "Bureau d’études des Trois Lavoirs",
    "Architectes de la Source perdue",
    "Coopérative du Pont tournant",
    "Agence de l’Ancien Octroi",
)
EPCI = "Communauté de communes des Quatre Noyers"
PHOTOS = (
    "Dessin inventé\u00a0: des immeubles bas autour d’une place plantée",
    "Dessin inventé\u00a0: une rue bordée d’arbres, des maisons de hauteurs différentes",
    "Dessin inventé\u00a0: des façades colorées derrière un jardin",
    "Dessin inventé\u00a0: des toits au bord de l’eau, le soir",
    "Dessin inventé\u00a0: un chantier, deux immeubles levés et un terrain nu",
)
CREDIT = "dessin de la démonstration, fait par le programme"
PAUSES = (
    "Fouilles archéologiques en cours\u00a0: reprise attendue dans un an.",
    "Dépollution plus longue que prévu\u00a0; le calendrier est revu avec l’aménageur.",
    "Nouvelle équipe municipale\u00a0: le programme est remis en discussion.",
)
ABANDONS = (
    "Terrains vendus à un autre projet.",
    "Secteur classé inondable par le nouveau plan de prévention.",
)
RECOMMENDATIONS = (
    "Associer les gestionnaires des espaces publics dès l’esquisse.",
    "Chiffrer la part des sols qui restent perméables, à la livraison puis trois ans après.",
    "Dire comment les habitants des immeubles réhabilités sont relogés.",
)
ISSUER = "Commission régionale, dossier repris (démonstration)"
CLAIMANTS = ("Les Amis du quartier", "Atelier du logement", "Collectif d’habitants")
