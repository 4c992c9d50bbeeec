"""Tables that the devices' own sensors fill."""

from huntline.telemetry.schema.declaration import table
from huntline.telemetry.schema.spec import Meaning, TableSpec

TABLES: tuple[TableSpec, ...] = (
    table(
        "DeviceInfo",
        "What is known of each device, a row whenever it is reported.",
        """
        Timestamp DeviceId DeviceName ClientVersion PublicIP OSArchitecture OSPlatform OSBuild IsAzureADJoined
        JoinType AadDeviceId LoggedOnUsers RegistryDeviceTag OSVersion MachineGroup ReportId OnboardingStatus
        AdditionalFields DeviceCategory DeviceType DeviceSubtype Model Vendor OSDistribution OSVersionInfo
        MergedDeviceIds MergedToDeviceId IsInternetFacing SensorHealthState IsExcluded ExclusionReason ExposureLevel
        AssetValue DeviceManualTags DeviceDynamicTags ConnectivityType HostDeviceId AzureResourceId AwsResourceName
        GcpFullResourceName CloudPlatforms AzureVmId HardwareUuid MitigationStatus OsBuildRevision
        """,
        overrides={
            "Timestamp": Meaning("datetime", "When the device was described (UTC)."),
            "AdditionalFields": Meaning("string", "Further facts of the device as JSON text."),
        },
    ),
    table(
        "DeviceNetworkInfo",
        "Network adapters of each device, with addresses, gateways and connected networks.",
        """
        Timestamp DeviceId DeviceName NetworkAdapterName MacAddress NetworkAdapterType NetworkAdapterStatus TunnelType
        ConnectedNetworks DnsAddresses IPv4Dhcp IPv6Dhcp DefaultGateways IPAddresses ReportId NetworkAdapterVendor
        """,
    ),
    table(
        "DeviceProcessEvents",
        "Processes that were started, and which process started them.",
        """
        Timestamp DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileSize
        ProcessVersionInfoCompanyName ProcessVersionInfoProductName ProcessVersionInfoProductVersion
        ProcessVersionInfoInternalFileName ProcessVersionInfoOriginalFileName ProcessVersionInfoFileDescription
        ProcessId ProcessCommandLine ProcessIntegrityLevel ProcessTokenElevation ProcessCreationTime AccountDomain
        AccountName AccountSid AccountUpn AccountObjectId LogonId InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn
        InitiatingProcessAccountObjectId InitiatingProcessLogonId InitiatingProcessIntegrityLevel
        InitiatingProcessTokenElevation InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5
        InitiatingProcessFileName InitiatingProcessFileSize InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoProductName InitiatingProcessVersionInfoProductVersion
        InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessId InitiatingProcessCommandLine
        InitiatingProcessCreationTime InitiatingProcessFolderPath InitiatingProcessParentId
        InitiatingProcessParentFileName InitiatingProcessParentCreationTime InitiatingProcessSignerType
        InitiatingProcessSignatureStatus ReportId AppGuardContainerId AdditionalFields InitiatingProcessSessionId
        IsInitiatingProcessRemoteSession InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP
        CreatedProcessSessionId IsProcessRemoteSession ProcessRemoteSessionDeviceName ProcessRemoteSessionIP
        InitiatingProcessUniqueId ProcessUniqueId
        """,
    ),
    table(
        "DeviceNetworkEvents",
        "Connections that processes made, accepted, or were refused.",
        """
        Timestamp DeviceId DeviceName ActionType RemoteIP RemotePort RemoteUrl LocalIP LocalPort Protocol LocalIPType
        RemoteIPType InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
        InitiatingProcessFileSize InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoFileDescription InitiatingProcessId
        InitiatingProcessCommandLine InitiatingProcessCreationTime InitiatingProcessFolderPath
        InitiatingProcessParentFileName InitiatingProcessParentId InitiatingProcessParentCreationTime
        InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid
        InitiatingProcessAccountUpn InitiatingProcessAccountObjectId InitiatingProcessIntegrityLevel
        InitiatingProcessTokenElevation ReportId AppGuardContainerId AdditionalFields InitiatingProcessSessionId
        IsInitiatingProcessRemoteSession InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP
        InitiatingProcessUniqueId
        """,
    ),
    table(
        "DeviceFileEvents",
        "Files that were created, changed, renamed or deleted.",
        """
        Timestamp DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileOriginUrl
        FileOriginReferrerUrl FileOriginIP PreviousFolderPath PreviousFileName FileSize InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn
        InitiatingProcessAccountObjectId InitiatingProcessMD5 InitiatingProcessSHA1 InitiatingProcessSHA256
        InitiatingProcessFolderPath InitiatingProcessFileName InitiatingProcessFileSize
        InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoFileDescription InitiatingProcessId
        InitiatingProcessCommandLine InitiatingProcessCreationTime InitiatingProcessIntegrityLevel
        InitiatingProcessTokenElevation InitiatingProcessParentId InitiatingProcessParentFileName
        InitiatingProcessParentCreationTime RequestProtocol RequestSourceIP RequestSourcePort RequestAccountName
        RequestAccountDomain RequestAccountSid ShareName SensitivityLabel SensitivitySubLabel
        IsAzureInfoProtectionApplied ReportId AppGuardContainerId AdditionalFields InitiatingProcessSessionId
        IsInitiatingProcessRemoteSession InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP
        InitiatingProcessUniqueId
        """,
    ),
    table(
        "DeviceRegistryEvents",
        "Registry keys and values that were created, set, renamed or deleted.",
        """
        Timestamp DeviceId DeviceName ActionType RegistryKey RegistryValueType RegistryValueName RegistryValueData
        PreviousRegistryKey PreviousRegistryValueName PreviousRegistryValueData InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn
        InitiatingProcessAccountObjectId InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5
        InitiatingProcessFileName InitiatingProcessFileSize InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoProductName InitiatingProcessVersionInfoProductVersion
        InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessId InitiatingProcessCommandLine
        InitiatingProcessCreationTime InitiatingProcessFolderPath InitiatingProcessParentId
        InitiatingProcessParentFileName InitiatingProcessParentCreationTime InitiatingProcessIntegrityLevel
        InitiatingProcessTokenElevation ReportId AppGuardContainerId InitiatingProcessSessionId
        IsInitiatingProcessRemoteSession InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP
        InitiatingProcessUniqueId
        """,
    ),
    table(
        "DeviceLogonEvents",
        "Logons to devices, those that succeeded and those that failed.",
        """
        Timestamp DeviceId DeviceName ActionType LogonType AccountDomain AccountName AccountSid Protocol FailureReason
        IsLocalAdmin LogonId RemoteDeviceName RemoteIP RemoteIPType RemotePort InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn
        InitiatingProcessAccountObjectId InitiatingProcessIntegrityLevel InitiatingProcessTokenElevation
        InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
        InitiatingProcessFileSize InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoFileDescription InitiatingProcessId
        InitiatingProcessCommandLine InitiatingProcessCreationTime InitiatingProcessFolderPath
        InitiatingProcessParentId InitiatingProcessParentFileName InitiatingProcessParentCreationTime ReportId
        AppGuardContainerId AdditionalFields InitiatingProcessSessionId IsInitiatingProcessRemoteSession
        InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP InitiatingProcessUniqueId
        """,
    ),
    table(
        "DeviceImageLoadEvents",
        "Libraries and drivers that were loaded into processes.",
        """
        Timestamp DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileSize
        InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid
        InitiatingProcessAccountUpn InitiatingProcessAccountObjectId InitiatingProcessIntegrityLevel
        InitiatingProcessTokenElevation InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5
        InitiatingProcessFileName InitiatingProcessFileSize InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoProductName InitiatingProcessVersionInfoProductVersion
        InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessId InitiatingProcessCommandLine
        InitiatingProcessCreationTime InitiatingProcessFolderPath InitiatingProcessParentId
        InitiatingProcessParentFileName InitiatingProcessParentCreationTime ReportId AppGuardContainerId
        InitiatingProcessSessionId IsInitiatingProcessRemoteSession InitiatingProcessRemoteSessionDeviceName
        InitiatingProcessRemoteSessionIP InitiatingProcessUniqueId
        """,
    ),
    table(
        "DeviceEvents",
        "Everything else on devices: services, tasks, scripts, protection, memory, drivers, name look-ups.",
        """
        Timestamp DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileSize AccountDomain
        AccountName AccountSid RemoteUrl RemoteDeviceName ProcessId ProcessCommandLine ProcessCreationTime
        ProcessTokenElevation LogonId RegistryKey RegistryValueName RegistryValueData RemoteIP RemotePort LocalIP
        LocalPort FileOriginUrl FileOriginIP InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5
        InitiatingProcessFileName InitiatingProcessFileSize InitiatingProcessFolderPath InitiatingProcessId
        InitiatingProcessCommandLine InitiatingProcessCreationTime InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn
        InitiatingProcessAccountObjectId InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoProductName InitiatingProcessVersionInfoProductVersion
        InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessParentId InitiatingProcessParentFileName
        InitiatingProcessParentCreationTime InitiatingProcessLogonId ReportId AppGuardContainerId AdditionalFields
        InitiatingProcessSessionId IsInitiatingProcessRemoteSession InitiatingProcessRemoteSessionDeviceName
        InitiatingProcessRemoteSessionIP CreatedProcessSessionId IsProcessRemoteSession ProcessRemoteSessionDeviceName
        ProcessRemoteSessionIP InitiatingProcessUniqueId ProcessUniqueId
        """,
    ),
    table(
        "DeviceFileCertificateInfo",
        "Certificates of signed files that were seen on devices.",
        """
        Timestamp DeviceId DeviceName SHA1 IsSigned SignatureType Signer SignerHash Issuer IssuerHash
        CertificateSerialNumber CrlDistributionPointUrls CertificateCreationTime CertificateExpirationTime
        CertificateCountersignatureTime IsTrusted IsRootSignerMicrosoft ReportId
        """,
    ),
)
