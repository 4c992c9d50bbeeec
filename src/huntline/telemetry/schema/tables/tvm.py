"""Tables about software, weaknesses and configuration: the present state, not events."""

from huntline.telemetry.schema.declaration import table
from huntline.telemetry.schema.spec import Meaning, TableSpec

TABLES: tuple[TableSpec, ...] = (
    table(
        "DeviceTvmSoftwareInventory",
        "Software that is installed on devices, and its end of support.",
        """
        DeviceId DeviceName OSPlatform OSVersion OSArchitecture SoftwareVendor SoftwareName SoftwareVersion
        EndOfSupportStatus EndOfSupportDate ProductCodeCpe
        """,
    ),
    table(
        "DeviceTvmSoftwareVulnerabilities",
        "Known vulnerabilities of the software on devices, and the updates that mend them.",
        """
        DeviceId DeviceName OSPlatform OSVersion OSArchitecture SoftwareVendor SoftwareName SoftwareVersion CveId
        VulnerabilitySeverityLevel RecommendedSecurityUpdate RecommendedSecurityUpdateId CveTags
        """,
    ),
    table(
        "DeviceTvmSoftwareVulnerabilitiesKB",
        "What is known of each vulnerability: score, exploit, description.",
        """
        CveId CvssScore IsExploitAvailable VulnerabilitySeverityLevel LastModifiedTime PublishedDate
        VulnerabilityDescription AffectedSoftware
        """,
        overrides={
            "LastModifiedTime": Meaning("datetime", "When the entry was last changed."),
        },
    ),
    table(
        "DeviceTvmSoftwareEvidenceBeta",
        "Where on a device the software was found.",
        """
        DeviceId SoftwareVendor SoftwareName SoftwareVersion RegistryPaths DiskPaths LastSeenTime
        """,
        overrides={
            "LastSeenTime": Meaning("string", "When the software was last seen on the device, as text."),
        },
    ),
    table(
        "DeviceTvmSecureConfigurationAssessment",
        "Which security settings each device keeps.",
        """
        DeviceId DeviceName OSPlatform Timestamp ConfigurationId ConfigurationCategory ConfigurationSubcategory
        ConfigurationImpact IsCompliant IsApplicable Context IsExpectedUserImpact
        """,
        overrides={
            "Timestamp": Meaning("datetime", "When the configuration was last checked (UTC)."),
            "IsCompliant": Meaning("bool", "Whether the device keeps the configuration."),
            "Context": Meaning("dynamic", "What was found on the device that explains the outcome."),
        },
    ),
    table(
        "DeviceTvmSecureConfigurationAssessmentKB",
        "What each security setting is for and how it is reached.",
        """
        ConfigurationId ConfigurationImpact ConfigurationName ConfigurationDescription RiskDescription
        ConfigurationCategory ConfigurationSubcategory ConfigurationBenchmarks Tags RemediationOptions
        """,
        overrides={
            "Tags": Meaning("dynamic", "Labels of the configuration."),
        },
    ),
    table(
        "DeviceTvmInfoGathering",
        "State of settings and surfaces of devices, gathered at intervals.",
        """
        Timestamp LastSeenTime DeviceId DeviceName OSPlatform AdditionalFields
        """,
        overrides={
            "AdditionalFields": Meaning(
                "dynamic", "The gathered information, as a bag; DeviceTvmInfoGatheringKB explains its fields."
            ),
        },
    ),
    table(
        "DeviceTvmInfoGatheringKB",
        "What the fields of DeviceTvmInfoGathering mean.",
        """
        IgId FieldName Description Categories DataStructure
        """,
        overrides={
            "Categories": Meaning("dynamic", "Categories of the piece of information."),
        },
    ),
    table(
        "DeviceTvmHardwareFirmware",
        "Hardware and firmware of devices.",
        """
        DeviceId DeviceName ComponentType Manufacturer ComponentName ComponentFamily ComponentVersion AdditionalFields
        """,
        overrides={
            "AdditionalFields": Meaning("dynamic", "Further facts of the component, as a bag."),
        },
    ),
    table(
        "DeviceTvmBrowserExtensions",
        "Browser extensions that are installed on devices.",
        """
        DeviceId BrowserName ExtensionId ExtensionName ExtensionDescription ExtensionVersion ExtensionRisk
        ExtensionVendor IsActivated InstallationTime
        """,
    ),
    table(
        "DeviceTvmCertificateInfo",
        "Certificates in the stores of devices.",
        """
        DeviceId Thumbprint Path SerialNumber FriendlyName SignatureAlgorithm KeySize ExpirationDate IssueDate
        SubjectType KeyUsage ExtendedKeyUsage IssuedTo IssuedBy
        """,
    ),
)
