; Inno Setup 6.3 or newer: `iscc /DVersion=0.1.0 packaging\windows\r1-omni.iss` → dist\R1-Omni-…-setup.exe.
; /Ssign=… and /DSign make it sign what it installs and itself; without them nothing is signed.

#ifndef Version
  #error Give the version: /DVersion=…
#endif

[Setup]
AppId={{6C1C9C3E-51B7-4D0B-9E0B-6C7C4F2E8A11}
AppName=R1-Omni
AppVersion={#Version}
AppPublisher=The r1-omni authors
SourceDir=..\..
OutputDir=dist
OutputBaseFilename=R1-Omni-{#Version}-setup
DefaultDirName={autopf}\R1-Omni
DefaultGroupName=R1-Omni
DisableProgramGroupPage=yes
LicenseFile=LICENSE
SetupIconFile=packaging\windows\r1-omni.ico
UninstallDisplayIcon={app}\r1-omni-window.exe
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
Compression=lzma2
SolidCompression=yes
ChangesAssociations=yes
#ifdef Sign
SignTool=sign
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.OpenWith=Offer R1-Omni for recordings in "Open with"
de.OpenWith=R1-Omni bei Aufnahmen unter "Öffnen mit" anbieten
en.Left=Settings, log and recorded sessions are left in %1. "r1-omni --erase-all" would have removed them.
de.Left=Einstellungen, Protokoll und aufgenommene Sitzungen bleiben in %1. "r1-omni --erase-all" hätte sie entfernt.

[Tasks]
Name: "openwith"; Description: "{cm:OpenWith}"

[InstallDelete]
; An earlier version's libraries must not stay beside this one's.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "dist\r1-omni\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\R1-Omni"; Filename: "{app}\r1-omni-window.exe"

[Registry]
Root: HKA; Subkey: "Software\Classes\Applications\r1-omni-window.exe\shell\open\command"; ValueType: string; ValueData: """{app}\r1-omni-window.exe"" open ""%1"""; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.mp4\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.mov\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.mkv\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.webm\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.avi\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.wmv\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.mpg\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.wav\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.mp3\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.m4a\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\.wma\OpenWithList\r1-omni-window.exe"; Flags: uninsdeletekey; Tasks: openwith

[Code]
procedure CurUninstallStepChanged(Step: TUninstallStep);
begin
  if (Step = usPostUninstall) and not UninstallSilent then
    MsgBox(FmtMessage(CustomMessage('Left'), [ExpandConstant('{localappdata}\r1-omni')]), mbInformation, MB_OK);
end;
