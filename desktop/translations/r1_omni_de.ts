<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About R1-Omni</source>
        <translation>Über R1-Omni</translation>
    </message>
    <message>
        <source>&lt;h2&gt;R1-Omni {0}&lt;/h2&gt;&lt;p&gt;Explainable emotion recognition that runs on your own machine.&lt;/p&gt;&lt;p&gt;Apache License 2.0. The window is drawn by Qt through PySide6 (LGPL 3), the model runs on onnxruntime (MIT) and LiteRT (Apache 2.0), pictures are read by OpenCV (Apache 2.0) and FFmpeg (LGPL 2.1) through PyAV (BSD 3; its wheel on PyPI adds GPL codecs), sound by PortAudio (MIT). The weights are those of Whisper (MIT), SmolLM2 (Apache 2.0), MediaPipe&apos;s face landmarker (Apache 2.0) and our own. All parts are listed below; the packaged application has their texts in its folder “licences”.&lt;/p&gt;&lt;p&gt;Method: R1-Omni (arXiv 2503.05379). It is no medical device.&lt;/p&gt;</source>
        <translation>&lt;h2&gt;R1-Omni {0}&lt;/h2&gt;&lt;p&gt;Erklärbare Emotionserkennung, die auf Ihrem eigenen Rechner läuft.&lt;/p&gt;&lt;p&gt;Apache-Lizenz 2.0. Das Fenster zeichnet Qt über PySide6 (LGPL 3), das Modell läuft mit onnxruntime (MIT) und LiteRT (Apache 2.0), Bilder lesen OpenCV (Apache 2.0) und FFmpeg (LGPL 2.1) über PyAV (BSD 3; dessen Paket auf PyPI bringt GPL-Codecs mit), Ton liest PortAudio (MIT). Die Gewichte stammen von Whisper (MIT), SmolLM2 (Apache 2.0), dem Gesichtspunkte-Modell von MediaPipe (Apache 2.0) und von uns. Alle Teile stehen unten; das installierte Programm hat ihre Texte in seinem Ordner „licences“.&lt;/p&gt;&lt;p&gt;Verfahren: R1-Omni (arXiv 2503.05379). Kein Medizinprodukt.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Third parties</source>
        <translation>Bestandteile Dritter</translation>
    </message>
</context>
<context>
    <name>AffectPad</name>
    <message>
        <source>Valence and arousal</source>
        <translation>Valenz und Erregung</translation>
    </message>
    <message>
        <source>Mean place of the emotions on Russell&apos;s circumplex, weighted by their probabilities. Derived from them, not measured.</source>
        <translation>Mittlere Lage der Emotionen auf Russells Circumplex, gewichtet mit ihren Wahrscheinlichkeiten. Daraus abgeleitet, nicht gemessen.</translation>
    </message>
    <message>
        <source>valence {valence:+.2f}, arousal {arousal:+.2f}, derived</source>
        <translation>Valenz {valence:+.2f}, Erregung {arousal:+.2f}, abgeleitet</translation>
    </message>
    <message>
        <source>aroused</source>
        <translation>erregt</translation>
    </message>
    <message>
        <source>calm</source>
        <translation>ruhig</translation>
    </message>
    <message>
        <source>derived, not measured</source>
        <translation>abgeleitet, nicht gemessen</translation>
    </message>
    <message>
        <source>unpleasant</source>
        <translation>unangenehm</translation>
    </message>
    <message>
        <source>pleasant</source>
        <translation>angenehm</translation>
    </message>
</context>
<context>
    <name>Annotator</name>
    <message>
        <source>Marker set at {0}</source>
        <translation>Marke bei {0} gesetzt</translation>
    </message>
    <message>
        <source>Marker cleared</source>
        <translation>Marke entfernt</translation>
    </message>
    <message>
        <source>Marker</source>
        <translation>Marke</translation>
    </message>
    <message>
        <source>What is to be said of {0}?</source>
        <translation>Was ist zu {0} zu sagen?</translation>
    </message>
    <message>
        <source>Excluded</source>
        <translation>Ausgeschlossen</translation>
    </message>
    <message>
        <source>Counted again</source>
        <translation>Wird wieder gezählt</translation>
    </message>
</context>
<context>
    <name>BadgeRow</name>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Information</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
</context>
<context>
    <name>Banners</name>
    <message>
        <source>Notices</source>
        <translation>Hinweise</translation>
    </message>
</context>
<context>
    <name>CameraPane</name>
    <message>
        <source>Back to the live picture</source>
        <translation>Zurück zum Live-Bild</translation>
    </message>
</context>
<context>
    <name>ConsentDialog</name>
    <message>
        <source>Before the camera opens</source>
        <translation>Bevor die Kamera eingeschaltet wird</translation>
    </message>
    <message>
        <source>I have read this, and people in view or within hearing have been told.</source>
        <translation>Ich habe dies gelesen, und alle im Bild und in Hörweite wissen Bescheid.</translation>
    </message>
    <message>
        <source>Open camera and microphone</source>
        <translation>Kamera und Mikrofon einschalten</translation>
    </message>
    <message>
        <source>Not now, analyse files only</source>
        <translation>Jetzt nicht, nur Dateien analysieren</translation>
    </message>
    <message>
        <source>&lt;h2&gt;What R1-Omni does with you&lt;/h2&gt;</source>
        <translation>&lt;h2&gt;Was R1-Omni mit Ihnen macht&lt;/h2&gt;</translation>
    </message>
    <message>
        <source>&lt;b&gt;It measures&lt;/b&gt; how your face moves (brows, eyes, mouth, head) and how your voice sounds (pitch, loudness, pace, pauses), and from these it &lt;b&gt;estimates&lt;/b&gt; which emotion other people would name. That is no readout of what you feel.</source>
        <translation>&lt;b&gt;Gemessen wird&lt;/b&gt;, wie sich Ihr Gesicht bewegt (Brauen, Augen, Mund, Kopf) und wie Ihre Stimme klingt (Tonhöhe, Lautstärke, Tempo, Pausen). Daraus wird &lt;b&gt;geschätzt&lt;/b&gt;, welche Emotion andere Menschen nennen würden. Was Sie fühlen, lässt sich daran nicht ablesen.</translation>
    </message>
    <message>
        <source>&lt;b&gt;Everything stays on this machine.&lt;/b&gt; Pictures and sound are kept in memory for three minutes and then forgotten. Results are stored only while you record them; pictures and sound only if you tick the box for that as well. None of it is sent anywhere.</source>
        <translation>&lt;b&gt;Alles bleibt auf diesem Rechner.&lt;/b&gt; Bild und Ton bleiben drei Minuten im Arbeitsspeicher und werden dann vergessen. Ergebnisse werden nur gespeichert, während Sie sie aufzeichnen; Bild und Ton nur, wenn Sie auch dafür das Häkchen setzen. Nichts davon wird irgendwohin gesendet.</translation>
    </message>
    <message>
        <source>&lt;b&gt;Not for use on staff, candidates, pupils or students&lt;/b&gt;: inferring emotions at work and in education is prohibited in the European Union (AI Act, Art. 5(1)(f)). It is no medical device and decides nothing.</source>
        <translation>&lt;b&gt;Nicht für Beschäftigte, Bewerber, Schüler oder Studierende&lt;/b&gt;: Emotionen am Arbeitsplatz und in Bildungseinrichtungen abzuleiten, ist in der Europäischen Union verboten (KI-Verordnung, Art. 5 Abs. 1 Buchst. f). R1-Omni ist kein Medizinprodukt und entscheidet nichts.</translation>
    </message>
    <message>
        <source>&lt;b&gt;Tell everybody in view&lt;/b&gt; before you begin (AI Act, Art. 50(3)). A sign in the window shows whenever camera or microphone are in use.</source>
        <translation>&lt;b&gt;Sagen Sie es allen, die zu sehen sind&lt;/b&gt;, bevor Sie beginnen (KI-Verordnung, Art. 50 Abs. 3). Ein Zeichen im Fenster zeigt an, wann Kamera oder Mikrofon benutzt werden.</translation>
    </message>
</context>
<context>
    <name>ContributionBar</name>
    <message>
        <source>Contribution of face and voice</source>
        <translation>Beitrag von Gesicht und Stimme</translation>
    </message>
    <message>
        <source>Shapley value of the face and of the voice for the answer&apos;s log-probability, in nats. To the right: for the answer.</source>
        <translation>Shapley-Wert von Gesicht und Stimme für die Log-Wahrscheinlichkeit der Antwort, in Nat. Nach rechts: für die Antwort.</translation>
    </message>
    <message>
        <source>face {face:+.2f}, voice {voice:+.2f} nats</source>
        <translation>Gesicht {face:+.2f}, Stimme {voice:+.2f} Nat</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Stimme</translation>
    </message>
    <message>
        <source>against</source>
        <translation>dagegen</translation>
    </message>
    <message>
        <source>for</source>
        <translation>dafür</translation>
    </message>
    <message>
        <source>{value} nats</source>
        <translation>{value} Nat</translation>
    </message>
</context>
<context>
    <name>CueList</name>
    <message>
        <source>own</source>
        <translation>selbst</translation>
    </message>
    <message>
        <source>people</source>
        <translation>andere</translation>
    </message>
</context>
<context>
    <name>CuePanel</name>
    <message>
        <source>Cues observed</source>
        <translation>Beobachtete Merkmale</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Stimme</translation>
    </message>
    <message>
        <source>Bars: deviation from the person&apos;s own baseline (own) or from people at large (people), from −4 to +4 standard deviations (σ).</source>
        <translation>Balken: Abweichung vom Üblichen der Person selbst (selbst) oder von Menschen im Allgemeinen (andere), von −4 bis +4 Standardabweichungen (σ).</translation>
    </message>
</context>
<context>
    <name>DeviceBar</name>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>Calibrate (3 s)</source>
        <translation>Kalibrieren (3 s)</translation>
    </message>
    <message>
        <source>Compared with your last windows ({0})</source>
        <translation>Verglichen mit Ihren letzten Abschnitten ({0})</translation>
    </message>
    <message>
        <source>Not while results are recorded: a recording has one baseline.</source>
        <translation>Nicht, während Ergebnisse aufgezeichnet werden: eine Aufzeichnung hat einen Vergleich.</translation>
    </message>
    <message>
        <source>Look and speak neutrally for three seconds.</source>
        <translation>Schauen und sprechen Sie drei Sekunden lang neutral.</translation>
    </message>
    <message>
        <source>Forget person</source>
        <translation>Person vergessen</translation>
    </message>
    <message>
        <source>Look for devices</source>
        <translation>Geräte suchen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Record results</source>
        <translation>Ergebnisse aufzeichnen</translation>
    </message>
    <message>
        <source>with picture and sound</source>
        <translation>mit Bild und Ton</translation>
    </message>
    <message>
        <source>Also keep what camera and microphone take, in a file beside the results.</source>
        <translation>Auch behalten, was Kamera und Mikrofon aufnehmen, in einer Datei neben den Ergebnissen.</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Keine Kamera</translation>
    </message>
    <message>
        <source>No microphone</source>
        <translation>Kein Mikrofon</translation>
    </message>
    <message>
        <source>Calibrating… {0:.0f} s: stay neutral</source>
        <translation>Kalibrierung… {0:.0f} s: bleiben Sie neutral</translation>
    </message>
    <message>
        <source>Compared with your neutral state</source>
        <translation>Verglichen mit Ihrem neutralen Zustand</translation>
    </message>
    <message>
        <source>Compared with people at large</source>
        <translation>Verglichen mit Menschen im Allgemeinen</translation>
    </message>
    <message>
        <source>Not now: camera and microphone are closed, it is paused, files are analysed, or the model is not loaded.</source>
        <translation>Jetzt nicht: Kamera und Mikrofon sind zu, es ist angehalten, Dateien werden analysiert, oder das Modell ist nicht geladen.</translation>
    </message>
</context>
<context>
    <name>Diagnosis</name>
    <message>
        <source>R1-Omni crashed the last time. The log says where; it stays on this machine.</source>
        <translation>R1-Omni ist beim letzten Mal abgestürzt. Wo, steht im Protokoll; es bleibt auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Something went wrong; copy the report if you want to tell somebody.</source>
        <translation>Etwas ist schiefgegangen; kopieren Sie den Bericht, wenn Sie es jemandem mitteilen möchten.</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
</context>
<context>
    <name>EmotionPanel</name>
    <message>
        <source>Emotion inferred</source>
        <translation>Abgeleitete Emotion</translation>
    </message>
    <message>
        <source>How likely people would be to choose each word for what is seen and heard; not what somebody feels.</source>
        <translation>Wie wahrscheinlich Menschen jedes Wort für das wählen würden, was zu sehen und zu hören ist; nicht, was jemand fühlt.</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>Niemand</translation>
    </message>
    <message>
        <source>Neither a face nor a voice was found.</source>
        <translation>Weder ein Gesicht noch eine Stimme wurde gefunden.</translation>
    </message>
    <message>
        <source>Nothing was analysed yet.</source>
        <translation>Noch wurde nichts analysiert.</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>From {window}</source>
        <translation>Von {window}</translation>
    </message>
    <message>
        <source>{first} {p} or {second} {q}</source>
        <translation>{first} {p} oder {second} {q}</translation>
    </message>
    <message>
        <source>next: {label} {probability}</source>
        <translation>danach: {label} {probability}</translation>
    </message>
</context>
<context>
    <name>FileTable</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>done, windows: {0}</source>
        <translation>fertig, Abschnitte: {0}</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Files to analyse</source>
        <translation>Zu analysierende Dateien</translation>
    </message>
    <message>
        <source>measured up to {0}</source>
        <translation>gemessen bis {0}</translation>
    </message>
    <message>
        <source>at {0} of {1}</source>
        <translation>bei {0} von {1}</translation>
    </message>
    <message>
        <source>at {0}</source>
        <translation>bei {0}</translation>
    </message>
    <message>
        <source>cancelled at {0}</source>
        <translation>abgebrochen bei {0}</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
</context>
<context>
    <name>FilesPage</name>
    <message>
        <source>Keep results</source>
        <translation>Ergebnisse behalten</translation>
    </message>
    <message>
        <source>As a session, which can be marked, exported and erased; the file stays yours.</source>
        <translation>Als Sitzung, die sich markieren, exportieren und löschen lässt; die Datei bleibt, wie und wo sie ist.</translation>
    </message>
    <message>
        <source>Drop recordings here, or press “Add files…”.</source>
        <translation>Ziehen Sie Aufnahmen hierher, oder drücken Sie „Dateien hinzufügen…“.</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Recordings ({0})</source>
        <translation>Aufnahmen ({0})</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>noch {0}</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Dateien hinzufügen…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>FilmView</name>
    <message>
        <source>Picture of the recording</source>
        <translation>Bild der Aufzeichnung</translation>
    </message>
    <message>
        <source>{0} has no picture here.</source>
        <translation>{0} hat hier kein Bild.</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Microphone level</source>
        <translation>Mikrofonpegel</translation>
    </message>
    <message>
        <source>{level:.0f} dBFS</source>
        <translation>{level:.0f} dBFS</translation>
    </message>
    <message>
        <source>CLIP</source>
        <translation>ÜBERSTEUERT</translation>
    </message>
    <message>
        <source>{level} dBFS</source>
        <translation>{level} dBFS</translation>
    </message>
</context>
<context>
    <name>LivePage</name>
    <message>
        <source>The camera is closed.</source>
        <translation>Die Kamera ist aus.</translation>
    </message>
    <message>
        <source>The recording is over.</source>
        <translation>Die Aufnahme ist zu Ende.</translation>
    </message>
    <message>
        <source>No model is running, so camera and microphone are closed.</source>
        <translation>Es läuft kein Modell, darum sind Kamera und Mikrofon zu.</translation>
    </message>
    <message>
        <source>No camera is in use. Your voice alone is judged.</source>
        <translation>Es ist keine Kamera in Gebrauch. Nur Ihre Stimme wird beurteilt.</translation>
    </message>
    <message>
        <source>No camera is in use.</source>
        <translation>Es ist keine Kamera in Gebrauch.</translation>
    </message>
    <message>
        <source>The camera is being opened…</source>
        <translation>Die Kamera wird eingeschaltet…</translation>
    </message>
    <message>
        <source>Look for devices</source>
        <translation>Geräte suchen</translation>
    </message>
</context>
<context>
    <name>LogDrawer</name>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Lines of the log</source>
        <translation>Zeilen des Protokolls</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>The report is on the clipboard.</source>
        <translation>Der Bericht ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Nothing is sent anywhere: a report is copied for you to paste.</source>
        <translation>Nichts wird gesendet: Ein Bericht wird nur kopiert, damit Sie ihn einfügen können.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>Sitzungen</translation>
    </message>
    <message>
        <source>Privacy seal</source>
        <translation>Datenschutz</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>Das Modell wird geladen…</translation>
    </message>
    <message>
        <source>The recording has ended, as you were about to be logged out; it is kept, and another one can be begun.</source>
        <translation>Die Aufzeichnung ist beendet, da Sie gerade abgemeldet werden sollten; sie ist gespeichert, und eine neue kann beginnen.</translation>
    </message>
    <message>
        <source>Files are still to be analysed. Quit all the same? What you have not kept of their results is lost.</source>
        <translation>Es sind noch Dateien zu analysieren. Trotzdem beenden? Was Sie von ihren Ergebnissen nicht behalten haben, geht verloren.</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Camera and microphone are closed, and the person is forgotten; you are asked again before they are opened.</source>
        <translation>Kamera und Mikrofon sind geschlossen, und die Person ist vergessen; Sie werden wieder gefragt, bevor sie geöffnet werden.</translation>
    </message>
    <message>
        <source>Settings are not kept: {0}.</source>
        <translation>Einstellungen werden nicht behalten: {0}.</translation>
    </message>
    <message>
        <source>camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>● in use: {0}</source>
        <translation>● in Benutzung: {0}</translation>
    </message>
    <message>
        <source>Kept among the sessions: {0}</source>
        <translation>Unter den Sitzungen behalten: {0}</translation>
    </message>
    <message>
        <source>Setting up the model: {0}</source>
        <translation>Das Modell wird eingerichtet: {0}</translation>
    </message>
    <message>
        <source>{0} on {1}; nothing leaves this machine</source>
        <translation>{0} auf {1}; nichts verlässt diesen Rechner</translation>
    </message>
    <message>
        <source>The model is not running</source>
        <translation>Das Modell läuft nicht</translation>
    </message>
    <message>
        <source>The recording has ended, as the model is not running; it is kept, and another one can be begun.</source>
        <translation>Die Aufzeichnung ist zu Ende, da das Modell nicht läuft; sie bleibt erhalten, und eine neue kann begonnen werden.</translation>
    </message>
    <message>
        <source>The recording has ended, as other emotions or another comparison hold from now on; it is kept, and another one can be begun.</source>
        <translation>Die Aufzeichnung ist beendet, da von jetzt an andere Emotionen oder ein anderer Vergleich gelten; sie ist gespeichert, und eine neue kann beginnen.</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Dateien hinzufügen…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Face box</source>
        <translation>Gesichtsrahmen</translation>
    </message>
    <message>
        <source>Landmarks</source>
        <translation>Gesichtspunkte</translation>
    </message>
    <message>
        <source>Cue highlights</source>
        <translation>Hervorgehobene Merkmale</translation>
    </message>
    <message>
        <source>Mirror the picture</source>
        <translation>Bild spiegeln</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>About R1-Omni</source>
        <translation>Über R1-Omni</translation>
    </message>
</context>
<context>
    <name>PitchTrace</name>
    <message>
        <source>Pitch</source>
        <translation>Tonhöhe</translation>
    </message>
    <message>
        <source>median {hz:.0f} Hz</source>
        <translation>Median {hz:.0f} Hz</translation>
    </message>
    <message>
        <source>{hz} Hz</source>
        <translation>{hz} Hz</translation>
    </message>
</context>
<context>
    <name>Playback</name>
    <message>
        <source>The sound of that moment is not kept any more.</source>
        <translation>Der Ton dieses Augenblicks ist nicht mehr vorhanden.</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>Camera picture</source>
        <translation>Kamerabild</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy seal</source>
        <translation>Datenschutz</translation>
    </message>
    <message>
        <source>&lt;p&gt;There are none.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Es gibt keine.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;h2&gt;Privacy seal&lt;/h2&gt;&lt;p&gt;R1-Omni opens no network connection while it runs. The one exception is an installation that brings no model: at its first start, or once its cache was removed, the model’s public parts are fetched, each checked against a pinned sha256. All that is sent is which file is wanted, by a program called r1-omni.&lt;/p&gt;&lt;p&gt;Pictures and sound are held in memory for three minutes, so that you can look back. They are written to a disk only while you record with the box “with picture and sound” ticked; it is not when the window opens.&lt;/p&gt;&lt;p&gt;Settings, with the names of your devices and the folder that files were last chosen in, are kept in &lt;code&gt;{0}&lt;/code&gt;, and the results that you record or keep in &lt;code&gt;{1}&lt;/code&gt;, with their pictures and sound, if any, in &lt;code&gt;{4}&lt;/code&gt; (below), until you erase them. A log of what the program did, without pictures, sound, results or names of recordings, is kept in &lt;code&gt;{3}&lt;/code&gt; and sent nowhere.&lt;/p&gt;&lt;p&gt;Only you and this machine’s administrators may read them. Sessions are erased on their page, and all of this by &lt;code&gt;r1-omni --erase-all&lt;/code&gt;; reports and tables that you have exported stay where you put them.&lt;/p&gt;&lt;h3&gt;Recorded pictures and sound&lt;/h3&gt;{5}&lt;h3&gt;Verify it&lt;/h3&gt;&lt;p&gt;On Linux, this prints nothing while the window runs:&lt;/p&gt;&lt;p&gt;&lt;code&gt;{2}&lt;/code&gt;&lt;/p&gt;&lt;h3&gt;The model&lt;/h3&gt;</source>
        <translation>&lt;h2&gt;Datenschutz&lt;/h2&gt;&lt;p&gt;R1-Omni öffnet im Betrieb keine Netzwerkverbindung. Die einzige Ausnahme ist eine Installation, die kein Modell mitbringt: Bei ihrem ersten Start, oder wenn ihr Zwischenspeicher entfernt wurde, werden die öffentlichen Teile des Modells geholt, jeder gegen einen festen sha256-Wert geprüft. Gesendet wird dabei nur, welche Datei gewünscht ist, von einem Programm namens r1-omni.&lt;/p&gt;&lt;p&gt;Bild und Ton bleiben drei Minuten im Arbeitsspeicher, damit Sie zurückblicken können. Auf eine Festplatte kommen sie nur, während Sie mit dem Häkchen „mit Bild und Ton“ aufzeichnen; beim Öffnen des Fensters ist es nicht gesetzt.&lt;/p&gt;&lt;p&gt;Einstellungen, mit den Namen Ihrer Geräte und dem Ordner, in dem zuletzt Dateien gewählt wurden, liegen in &lt;code&gt;{0}&lt;/code&gt;, Ergebnisse, die Sie aufzeichnen oder behalten, in &lt;code&gt;{1}&lt;/code&gt;, samt Bild und Ton, falls gewünscht, in &lt;code&gt;{4}&lt;/code&gt; (siehe unten), bis Sie sie löschen. Ein Protokoll dessen, was das Programm getan hat, ohne Bild, Ton, Ergebnisse oder Namen von Aufnahmen, liegt in &lt;code&gt;{3}&lt;/code&gt; und wird nirgendwohin gesendet.&lt;/p&gt;&lt;p&gt;Lesen dürfen das nur Sie und wer diesen Rechner verwaltet. Sitzungen werden auf ihrer Seite gelöscht, alles zusammen mit &lt;code&gt;r1-omni --erase-all&lt;/code&gt;; exportierte Berichte und Tabellen bleiben, wo Sie sie abgelegt haben.&lt;/p&gt;&lt;h3&gt;Aufgezeichnete Bilder und Töne&lt;/h3&gt;{5}&lt;h3&gt;Prüfen Sie es nach&lt;/h3&gt;&lt;p&gt;Unter Linux gibt dies nichts aus, während das Fenster läuft:&lt;/p&gt;&lt;p&gt;&lt;code&gt;{2}&lt;/code&gt;&lt;/p&gt;&lt;h3&gt;Das Modell&lt;/h3&gt;</translation>
    </message>
    <message>
        <source>&lt;p&gt;It is being loaded.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Es wird geladen.&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>ProbabilityBars</name>
    <message>
        <source>Probabilities</source>
        <translation>Wahrscheinlichkeiten</translation>
    </message>
</context>
<context>
    <name>RationalePanel</name>
    <message>
        <source>The model&apos;s explanation</source>
        <translation>Erklärung des Modells</translation>
    </message>
    <message>
        <source>writing, up to {end}…</source>
        <translation>schreibt, bis {end}…</translation>
    </message>
    <message>
        <source>Answered without an explanation.</source>
        <translation>Ohne Erklärung beantwortet.</translation>
    </message>
    <message>
        <source>The explanation of the next window will be written here.</source>
        <translation>Hier wird die Erklärung des nächsten Abschnitts stehen.</translation>
    </message>
    <message>
        <source>&lt;b&gt;!&lt;/b&gt; The explanation ends in “{said}”; the emotion inferred is “{inferred}”. Read it with care.</source>
        <translation>&lt;b&gt;!&lt;/b&gt; Die Erklärung endet mit „{said}“; die abgeleitete Emotion ist „{inferred}“. Lesen Sie sie mit Vorsicht.</translation>
    </message>
    <message>
        <source>F face, V voice · {yes} supported by a measurement · {no} contradicted · {none} not measured</source>
        <translation>G Gesicht, S Stimme · {yes} durch Messung gestützt · {no} widerlegt · {none} nicht gemessen</translation>
    </message>
</context>
<context>
    <name>RationaleText</name>
    <message>
        <source>Explanation</source>
        <translation>Erklärung</translation>
    </message>
    <message>
        <source>F</source>
        <translation>G</translation>
    </message>
    <message>
        <source>V</source>
        <translation>S</translation>
    </message>
    <message>
        <source>Measured: what face and voice contribute to the answer</source>
        <translation>Gemessen: was Gesicht und Stimme zur Antwort beitragen</translation>
    </message>
    <message>
        <source>Supported by the measurement</source>
        <translation>Durch die Messung gestützt</translation>
    </message>
    <message>
        <source>Contradicted by the measurement</source>
        <translation>Durch die Messung widerlegt</translation>
    </message>
    <message>
        <source>Not measured here</source>
        <translation>Hier nicht gemessen</translation>
    </message>
</context>
<context>
    <name>Recorder</name>
    <message>
        <source>Live, {0}</source>
        <translation>Live, {0}</translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>What spoke for the answer</source>
        <translation>Was für die Antwort sprach</translation>
    </message>
</context>
<context>
    <name>Revival</name>
    <message>
        <source>Start the model again</source>
        <translation>Modell wieder starten</translation>
    </message>
    <message>
        <source>The model stopped (exit code {0}) and was started again; what happened until it was loaded is not judged.</source>
        <translation>Das Modell wurde beendet (Code {0}) und wieder gestartet; was geschah, bis es geladen war, ist nicht beurteilt.</translation>
    </message>
    <message>
        <source>The model stopped (exit code {0}); nothing is judged.</source>
        <translation>Das Modell wurde beendet (Code {0}); nichts wird beurteilt.</translation>
    </message>
</context>
<context>
    <name>SessionsPage</name>
    <message>
        <source>Choose a session.</source>
        <translation>Wählen Sie eine Sitzung.</translation>
    </message>
    <message>
        <source>What the session depends on</source>
        <translation>Wovon die Sitzung abhängt</translation>
    </message>
    <message>
        <source>Written: {0}</source>
        <translation>Geschrieben: {0}</translation>
    </message>
    <message>
        <source>not there any more: {0}</source>
        <translation>nicht mehr da: {0}</translation>
    </message>
    <message>
        <source>film</source>
        <translation>Film</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Erase all sessions? They cannot be brought back.</source>
        <translation>Alle Sitzungen löschen? Sie lassen sich nicht wiederherstellen.</translation>
    </message>
    <message>
        <source>Erase this session? It cannot be brought back.</source>
        <translation>Diese Sitzung löschen? Sie lässt sich nicht wiederherstellen.</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>{0} (cut short)</source>
        <translation>{0} (abgebrochen)</translation>
    </message>
    <message>
        <source>{0}, windows: {1}</source>
        <translation>{0}, Abschnitte: {1}</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Begun</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Recorded sessions</source>
        <translation>Aufgezeichnete Sitzungen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Erase…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Erase all…</source>
        <translation>Alle löschen…</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Withdraw consent</source>
        <translation>Einwilligung widerrufen</translation>
    </message>
    <message>
        <source>Camera and microphone</source>
        <translation>Kamera und Mikrofon</translation>
    </message>
    <message>
        <source>Closes both at once, ends a recording, and forgets the person, the last minutes
and the live results. You are asked again before they are opened. What was
recorded stays until you erase it on the page Sessions.</source>
        <translation>Schließt sofort beide, beendet eine Aufzeichnung und vergisst die Person, die letzten
Minuten und die Live-Ergebnisse. Sie werden wieder gefragt, bevor sie geöffnet werden.
Was aufgezeichnet wurde, bleibt, bis Sie es auf der Seite Sitzungen löschen.</translation>
    </message>
    <message>
        <source>Restore defaults</source>
        <translation>Standardwerte</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>face box, landmarks, cue highlights</source>
        <translation>Gesichtsrahmen, Gesichtspunkte, hervorgehobene Merkmale</translation>
    </message>
    <message>
        <source>mirror the picture</source>
        <translation>Bild spiegeln</translation>
    </message>
    <message>
        <source>add files</source>
        <translation>Dateien hinzufügen</translation>
    </message>
    <message>
        <source>settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>next control</source>
        <translation>nächstes Bedienelement</translation>
    </message>
    <message>
        <source>next page</source>
        <translation>nächste Seite</translation>
    </message>
    <message>
        <source>in the timeline: window before, window after</source>
        <translation>in der Zeitleiste: voriger, nächster Abschnitt</translation>
    </message>
    <message>
        <source>in the timeline: a little earlier, later</source>
        <translation>in der Zeitleiste: etwas früher, später</translation>
    </message>
    <message>
        <source>in the timeline: scroll</source>
        <translation>in der Zeitleiste: blättern</translation>
    </message>
    <message>
        <source>in the timeline: closer, wider</source>
        <translation>in der Zeitleiste: näher, weiter</translation>
    </message>
    <message>
        <source>in the timeline: back to the present</source>
        <translation>in der Zeitleiste: zurück zur Gegenwart</translation>
    </message>
    <message>
        <source>in the timeline: set a marker, or clear it</source>
        <translation>in der Zeitleiste: Marke setzen oder entfernen</translation>
    </message>
    <message>
        <source>in the timeline: put words to a marker</source>
        <translation>in der Zeitleiste: eine Marke beschriften</translation>
    </message>
    <message>
        <source>in the timeline: exclude the window chosen, or count it again</source>
        <translation>in der Zeitleiste: gewählten Abschnitt ausschließen oder wieder zählen</translation>
    </message>
    <message>
        <source>in the explanation: show or play what a clause speaks of</source>
        <translation>in der Erklärung: zeigen oder abspielen, wovon ein Satzteil spricht</translation>
    </message>
    <message>
        <source>this list</source>
        <translation>diese Liste</translation>
    </message>
    <message>
        <source>quit</source>
        <translation>beenden</translation>
    </message>
</context>
<context>
    <name>TimelineCanvas</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Back to now</source>
        <translation>Zurück zu jetzt</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>{count} analysed windows</source>
        <translation>{count} analysierte Abschnitte</translation>
    </message>
</context>
<context>
    <name>badge</name>
    <message>
        <source>LIVE</source>
        <translation>LIVE</translation>
    </message>
    <message>
        <source>PAUSED</source>
        <translation>PAUSE</translation>
    </message>
    <message>
        <source>STOPPED</source>
        <translation>GESTOPPT</translation>
    </message>
    <message>
        <source>REC RESULTS</source>
        <translation>AUFN. ERGEBNISSE</translation>
    </message>
    <message>
        <source>REC RESULTS + MEDIA</source>
        <translation>AUFN. ERGEBNISSE + MEDIEN</translation>
    </message>
    <message>
        <source>NO FACE</source>
        <translation>KEIN GESICHT</translation>
    </message>
    <message>
        <source>TWO FACES</source>
        <translation>ZWEI GESICHTER</translation>
    </message>
    <message>
        <source>SEVERAL FACES</source>
        <translation>MEHRERE GESICHTER</translation>
    </message>
    <message>
        <source>SAVING POWER</source>
        <translation>SPART STROM</translation>
    </message>
    <message>
        <source>NO VOICE</source>
        <translation>KEINE STIMME</translation>
    </message>
</context>
<context>
    <name>cue</name>
    <message>
        <source>Inner brows raised</source>
        <translation>Innere Brauen gehoben</translation>
    </message>
    <message>
        <source>Outer brows raised</source>
        <translation>Äußere Brauen gehoben</translation>
    </message>
    <message>
        <source>Brows drawn down</source>
        <translation>Brauen gesenkt</translation>
    </message>
    <message>
        <source>Upper lids raised</source>
        <translation>Oberlider gehoben</translation>
    </message>
    <message>
        <source>Lids tightened</source>
        <translation>Lider angespannt</translation>
    </message>
    <message>
        <source>Upper lip raised</source>
        <translation>Oberlippe gehoben</translation>
    </message>
    <message>
        <source>Lip corners up</source>
        <translation>Mundwinkel oben</translation>
    </message>
    <message>
        <source>Lip corners down</source>
        <translation>Mundwinkel unten</translation>
    </message>
    <message>
        <source>Chin pushed up</source>
        <translation>Kinn hochgeschoben</translation>
    </message>
    <message>
        <source>Lips stretched</source>
        <translation>Lippen gedehnt</translation>
    </message>
    <message>
        <source>Lips pressed</source>
        <translation>Lippen gepresst</translation>
    </message>
    <message>
        <source>Mouth open</source>
        <translation>Mund geöffnet</translation>
    </message>
    <message>
        <source>Head tilted up</source>
        <translation>Kopf nach oben geneigt</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Tonhöhe</translation>
    </message>
    <message>
        <source>Pitch range</source>
        <translation>Tonhöhenumfang</translation>
    </message>
    <message>
        <source>Final pitch rise</source>
        <translation>Tonanstieg am Ende</translation>
    </message>
    <message>
        <source>Loudness</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>Loudness range</source>
        <translation>Lautstärkeumfang</translation>
    </message>
    <message>
        <source>Speaking rate</source>
        <translation>Sprechtempo</translation>
    </message>
    <message>
        <source>Pauses</source>
        <translation>Pausen</translation>
    </message>
    <message>
        <source>Voice brightness</source>
        <translation>Helligkeit der Stimme</translation>
    </message>
    <message>
        <source>this person&apos;s own baseline</source>
        <translation>das Übliche dieser Person</translation>
    </message>
    <message>
        <source>people at large</source>
        <translation>Menschen im Allgemeinen</translation>
    </message>
    <message>
        <source>{name}: {value}
Reference: {reference} ({against})
Deviation: {deviation}
Measured from {start} to {end}</source>
        <translation>{name}: {value}
Bezug: {reference} ({against})
Abweichung: {deviation}
Gemessen von {start} bis {end}</translation>
    </message>
    <message>
        <source>Read with little certainty without this person&apos;s own baseline</source>
        <translation>Nur unsicher zu erkennen, solange das Übliche dieser Person nicht bekannt ist</translation>
    </message>
</context>
<context>
    <name>devices</name>
    <message>
        <source>System default</source>
        <translation>Vorgabe des Systems</translation>
    </message>
</context>
<context>
    <name>emotion</name>
    <message>
        <source>Angry</source>
        <translation>Wütend</translation>
    </message>
    <message>
        <source>Disgust</source>
        <translation>Ekel</translation>
    </message>
    <message>
        <source>Fear</source>
        <translation>Angst</translation>
    </message>
    <message>
        <source>Happy</source>
        <translation>Fröhlich</translation>
    </message>
    <message>
        <source>Neutral</source>
        <translation>Neutral</translation>
    </message>
    <message>
        <source>Sad</source>
        <translation>Traurig</translation>
    </message>
    <message>
        <source>Surprise</source>
        <translation>Überraschung</translation>
    </message>
    <message>
        <source>Calm</source>
        <translation>Ruhig</translation>
    </message>
    <message>
        <source>Boredom</source>
        <translation>Langeweile</translation>
    </message>
    <message>
        <source>Contempt</source>
        <translation>Verachtung</translation>
    </message>
    <message>
        <source>Anxiety</source>
        <translation>Sorge</translation>
    </message>
    <message>
        <source>Helplessness</source>
        <translation>Hilflosigkeit</translation>
    </message>
    <message>
        <source>Disappointment</source>
        <translation>Enttäuschung</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>Sound needs the package sounddevice, which is missing; run `pip install &apos;.[desktop]&apos;` in the checkout.</source>
        <translation>Für Ton fehlt das Paket sounddevice; führen Sie im Quellverzeichnis `pip install &apos;.[desktop]&apos;` aus.</translation>
    </message>
    <message>
        <source>Sound needs the PortAudio library, which is missing; install it (Debian, Ubuntu: sudo apt install libportaudio2).</source>
        <translation>Für Ton fehlt die Bibliothek PortAudio; installieren Sie sie (Debian, Ubuntu: sudo apt install libportaudio2).</translation>
    </message>
    <message>
        <source>Sound device {number} is no microphone; choose another.</source>
        <translation>Tongerät {number} ist kein Mikrofon; wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>The microphone is in use by another program; close that program.</source>
        <translation>Das Mikrofon wird von einem anderen Programm benutzt; schließen Sie dieses Programm.</translation>
    </message>
    <message>
        <source>The microphone cannot be opened ({fault}); plug it in again or choose another.</source>
        <translation>Das Mikrofon lässt sich nicht öffnen ({fault}); stecken Sie es neu ein oder wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>No loudspeaker takes the sound; plug one in, or choose another in the system&apos;s settings.</source>
        <translation>Kein Lautsprecher nimmt den Ton an; schließen Sie einen an oder wählen Sie in den Einstellungen des Systems einen anderen.</translation>
    </message>
    <message>
        <source>No microphone was found; plug one in or choose another.</source>
        <translation>Kein Mikrofon gefunden; stecken Sie eines ein oder wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>There is no microphone &apos;{name}&apos;; plug it in or choose another.</source>
        <translation>Es gibt kein Mikrofon „{name}“; schließen Sie es an, oder wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>macOS does not let r1-omni use the {kind}; allow it in System Settings &gt; Privacy &amp; Security &gt; {page}, then start r1-omni again.</source>
        <translation>macOS lässt r1-omni dieses Gerät nicht benutzen: {kind}; erlauben Sie es unter Systemeinstellungen &gt; Datenschutz &amp; Sicherheit &gt; {page}, und starten Sie r1-omni neu.</translation>
    </message>
    <message>
        <source>Windows does not let r1-omni use the {kind}; in Settings &gt; Privacy &amp; security &gt; {page} allow access, also for desktop apps.</source>
        <translation>Windows lässt r1-omni dieses Gerät nicht benutzen: {kind}; erlauben Sie unter Einstellungen &gt; Datenschutz &amp; Sicherheit &gt; {page} den Zugriff, auch für Desktop-Apps.</translation>
    </message>
    <message>
        <source>You may not use the {kind}; join its group with &apos;sudo usermod -aG {group} $USER&apos; and log in again, or allow it in Settings &gt; Privacy &gt; {page}.</source>
        <translation>Sie dürfen dieses Gerät nicht benutzen: {kind}; treten Sie mit &apos;sudo usermod -aG {group} $USER&apos; seiner Gruppe bei und melden Sie sich neu an, oder erlauben Sie es unter Einstellungen &gt; Datenschutz &gt; {page}.</translation>
    </message>
    <message>
        <source>The camera has stopped delivering; check its plug and its switch, it comes back by itself.</source>
        <translation>Von der Kamera kommt nichts mehr; prüfen Sie Stecker und Schalter, sie kommt von selbst zurück.</translation>
    </message>
    <message>
        <source>The microphone has stopped delivering; check its plug and its switch, it comes back by itself.</source>
        <translation>Vom Mikrofon kommt nichts mehr; prüfen Sie Stecker und Schalter, es kommt von selbst zurück.</translation>
    </message>
    <message>
        <source>camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>The {kind} cannot be used ({fault}); plug it in again or choose another.</source>
        <translation>{kind}: nicht zu benutzen ({fault}); schließen Sie das Gerät neu an, oder wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>&apos;{address}&apos; is not on this machine, and r1-omni opens nothing else; use 127.0.0.1.</source>
        <translation>„{address}“ ist nicht auf diesem Rechner, und r1-omni öffnet nichts anderes; nehmen Sie 127.0.0.1.</translation>
    </message>
    <message>
        <source>&apos;{address}&apos; is of a kind that is not read; use http:// or tcp://.</source>
        <translation>„{address}“ ist von einer Art, die nicht gelesen wird; nehmen Sie http:// oder tcp://.</translation>
    </message>
    <message>
        <source>&apos;{source}&apos; delivers no video; start the program that is to write it.</source>
        <translation>Von „{source}“ kommt kein Video; starten Sie das Programm, das es schreiben soll.</translation>
    </message>
    <message>
        <source>There is no camera at {node}; plug one in or choose another.</source>
        <translation>An {node} ist keine Kamera; schließen Sie eine an, oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>The camera at {node} is in use by another program; close that program.</source>
        <translation>Die Kamera an {node} wird von einem anderen Programm benutzt; schließen Sie dieses.</translation>
    </message>
    <message>
        <source>The camera at {node} cannot be opened ({fault}); plug it in again.</source>
        <translation>Die Kamera an {node} lässt sich nicht öffnen ({fault}); schließen Sie sie neu an.</translation>
    </message>
    <message>
        <source>Camera {index} cannot be opened; check that it is plugged in and that no other program uses it. {denied}</source>
        <translation>Kamera {index} lässt sich nicht öffnen; prüfen Sie, ob sie angeschlossen ist und kein anderes Programm sie benutzt. {denied}</translation>
    </message>
    <message>
        <source>Camera {index} is there but gives no picture; close other programs that use it, or plug it in again.</source>
        <translation>Kamera {index} ist da, gibt aber kein Bild; schließen Sie andere Programme, die sie benutzen, oder schließen Sie die Kamera neu an.</translation>
    </message>
    <message>
        <source>Neither a face nor a voice was found while calibrating; sit in view of the camera and calibrate again.</source>
        <translation>Beim Kalibrieren wurde weder ein Gesicht noch eine Stimme gefunden; setzen Sie sich vor die Kamera, und kalibrieren Sie noch einmal.</translation>
    </message>
    <message>
        <source>{path} cannot be written ({fault}): choose another place for it, or give yourself the right to write there.</source>
        <translation>{path} lässt sich nicht schreiben ({fault}): wählen Sie einen anderen Ort, oder geben Sie sich das Recht, dort zu schreiben.</translation>
    </message>
    <message>
        <source>The results were erased, but another program still reads {path}, and their traces in it could not be overwritten: close that program and erase once more.</source>
        <translation>Die Ergebnisse sind gelöscht, aber ein anderes Programm liest noch {path}, und ihre Spuren darin ließen sich nicht überschreiben: schließen Sie dieses Programm, und löschen Sie noch einmal.</translation>
    </message>
    <message>
        <source>{path} cannot be used ({fault}): see that the disk is not full, that no other program holds the file, and that it is a store of r1-omni.</source>
        <translation>{path} lässt sich nicht benutzen ({fault}): sehen Sie nach, ob der Datenträger voll ist, ob ein anderes Programm die Datei hält und ob sie ein Speicher von r1-omni ist.</translation>
    </message>
    <message>
        <source>{path} cannot be written ({fault}): choose a folder that exists, that you may write to, and that has space left.</source>
        <translation>{path} lässt sich nicht schreiben ({fault}): wählen Sie einen Ordner, den es gibt, in den Sie schreiben dürfen und in dem noch Platz ist.</translation>
    </message>
    <message>
        <source>Pictures and sound are not kept any more: {path} cannot be written ({fault}); see that there is room on the disk.</source>
        <translation>Bild und Ton werden nicht mehr aufgezeichnet: {path} lässt sich nicht schreiben ({fault}); sehen Sie nach, ob auf dem Datenträger Platz ist.</translation>
    </message>
    <message>
        <source>{lost} pictures could not be kept: the machine was too slow; close other programs.</source>
        <translation>{lost} Bilder konnten nicht aufgezeichnet werden: der Rechner war zu langsam; schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>This recording has been stopped: begin a new one to go on.</source>
        <translation>Diese Aufzeichnung ist beendet: beginnen Sie eine neue, um fortzufahren.</translation>
    </message>
    <message>
        <source>{path} was written by a newer r1-omni (version {version} of the store, this one knows {known}): update r1-omni, or move the file away.</source>
        <translation>{path} wurde von einem neueren r1-omni geschrieben (Version {version} des Speichers, dieses kennt {known}): aktualisieren Sie r1-omni, oder verschieben Sie die Datei.</translation>
    </message>
    <message>
        <source>Session {number} is still being recorded: stop the recording first.</source>
        <translation>Sitzung {number} wird noch aufgezeichnet: beenden Sie zuerst die Aufzeichnung.</translation>
    </message>
    <message>
        <source>There is no session {number} any more: load the list anew.</source>
        <translation>Es gibt keine Sitzung {number} mehr: laden Sie die Liste neu.</translation>
    </message>
    <message>
        <source>{path} cannot be deleted ({fault}): close whatever plays it, then erase the session again.</source>
        <translation>{path} lässt sich nicht löschen ({fault}): schließen Sie, was es abspielt, und löschen Sie die Sitzung noch einmal.</translation>
    </message>
    <message>
        <source>The model stopped while it analysed this file; add the file again to try once more.</source>
        <translation>Das Modell wurde beendet, während es diese Datei analysierte; fügen Sie die Datei noch einmal hinzu, um es wieder zu versuchen.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has a picture of {width}x{height} pixels; scale it down to at most {most} pixels a side.</source>
        <translation>„{path}“ hat ein Bild von {width}x{height} Pixeln; verkleinern Sie es auf höchstens {most} Pixel je Seite.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has no picture that can be decoded from second {from_s:.1f} to {until_s:.1f}; cut that part out or copy the file again.</source>
        <translation>„{path}“ hat von Sekunde {from_s:.1f} bis {until_s:.1f} kein Bild, das sich dekodieren lässt; schneiden Sie diesen Teil heraus, oder kopieren Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; changes the shape of its picture at second {at_s:.1f}; cut it there into two files.</source>
        <translation>„{path}“ wechselt bei Sekunde {at_s:.1f} das Format des Bildes; teilen Sie es dort in zwei Dateien.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has a picture of {width}x{height} pixels, too small to hold a face; give a larger one or analyse the voice alone.</source>
        <translation>„{path}“ hat ein Bild von {width}x{height} Pixeln, zu klein für ein Gesicht; geben Sie ein größeres an, oder analysieren Sie nur die Stimme.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has sound that cannot be decoded at second {at_s:.1f}; copy the file again, cut that part out, or analyse the face alone.</source>
        <translation>„{path}“ hat bei Sekunde {at_s:.1f} Ton, der sich nicht dekodieren lässt; kopieren Sie die Datei noch einmal, schneiden Sie diesen Teil heraus, oder analysieren Sie nur das Gesicht.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has sound that cannot be decoded at second {at_s:.1f}; copy the file again, or cut that part out.</source>
        <translation>„{path}“ hat bei Sekunde {at_s:.1f} Ton, der sich nicht dekodieren lässt; kopieren Sie die Datei noch einmal oder schneiden Sie diesen Teil heraus.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is a folder; name a recording inside it.</source>
        <translation>„{path}“ ist ein Ordner; nennen Sie eine Aufnahme darin.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; does not exist; check the name and the folder.</source>
        <translation>„{path}“ gibt es nicht; prüfen Sie Namen und Ordner.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is not a file; save the recording to a file first.</source>
        <translation>„{path}“ ist keine Datei; speichern Sie die Aufnahme zuerst in eine Datei.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is empty (0 bytes); copy or record it again.</source>
        <translation>„{path}“ ist leer (0 Bytes); kopieren Sie es noch einmal, oder nehmen Sie es neu auf.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; may not be read by you; ask for permission to read it.</source>
        <translation>„{path}“ dürfen Sie nicht lesen; bitten Sie um die Erlaubnis dazu.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is an animated PNG, which cannot be read here; save it as gif or mp4.</source>
        <translation>„{path}“ ist ein animiertes PNG, das sich hier nicht lesen lässt; speichern Sie es als gif oder mp4.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; cannot be read ({fault}); check the name and disk.</source>
        <translation>„{path}“ lässt sich nicht lesen ({fault}); prüfen Sie Namen und Datenträger.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; was cut off before its index was written, so nothing in it can be read; copy or record it again.</source>
        <translation>„{path}“ wurde abgeschnitten, bevor das Verzeichnis geschrieben war, sodass nichts darin zu lesen ist; kopieren Sie es noch einmal, oder nehmen Sie es neu auf.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is not a recording that can be read; give a file in {formats} format.</source>
        <translation>„{path}“ ist keine Aufnahme, die sich lesen lässt; geben Sie eine Datei in einem dieser Formate an: {formats}.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; holds neither picture nor sound; give another file.</source>
        <translation>„{path}“ enthält weder Bild noch Ton; geben Sie eine andere Datei an.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is a photo in tiles (HEIC), which cannot be read here; save it as jpg or png.</source>
        <translation>„{path}“ ist ein Foto in Kacheln (HEIC), das sich hier nicht lesen lässt; speichern Sie es als jpg oder png.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is coded in a way that cannot be decoded here; convert it to mp4 (H.264 and AAC).</source>
        <translation>„{path}“ ist so kodiert, dass es sich hier nicht dekodieren lässt; wandeln Sie es in mp4 (H.264 und AAC) um.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is encrypted, so that nothing in it can be seen or heard; give a copy without copy protection.</source>
        <translation>„{path}“ ist verschlüsselt, sodass darin nichts zu sehen und zu hören ist; geben Sie eine Kopie ohne Kopierschutz an.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; breaks off at second {at_s:.1f}; copy or record it again.</source>
        <translation>„{path}“ bricht bei Sekunde {at_s:.1f} ab; kopieren Sie es noch einmal, oder nehmen Sie es neu auf.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has no picture in it that can be decoded; copy or record it again.</source>
        <translation>„{path}“ enthält kein Bild, das sich dekodieren lässt; kopieren Sie es noch einmal, oder nehmen Sie es neu auf.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has no sound in it that can be decoded; copy or record it again.</source>
        <translation>„{path}“ enthält keinen Ton, der sich dekodieren lässt; kopieren Sie es noch einmal, oder nehmen Sie es neu auf.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has time stamps that jump from second {before_s:.1f} to {after_s:.1f}; convert it to mp4 anew or cut it there into two files.</source>
        <translation>„{path}“ hat Zeitstempel, die von Sekunde {before_s:.1f} zu {after_s:.1f} springen; wandeln Sie es neu in mp4 um, oder teilen Sie es dort in zwei Dateien.</translation>
    </message>
    <message>
        <source>the sound track holds samples that are not finite numbers: convert it to 16-bit WAV and try again</source>
        <translation>die Tonspur enthält Werte, die keine endlichen Zahlen sind: wandeln Sie sie in 16-Bit-WAV um, und versuchen Sie es noch einmal</translation>
    </message>
    <message>
        <source>{path}: neither a face nor a voice was found in it; choose a recording in which somebody is seen or heard.</source>
        <translation>{path}: darin wurde weder ein Gesicht noch eine Stimme gefunden; wählen Sie eine Aufnahme, in der jemand zu sehen oder zu hören ist.</translation>
    </message>
    <message>
        <source>Nothing was erased: no session was kept.</source>
        <translation>Nichts wurde gelöscht: keine Sitzung war gespeichert.</translation>
    </message>
    <message>
        <source>{sessions} with {windows} and {media} was erased ({size}).</source>
        <translation>Gelöscht: {sessions}, {windows}, {media} ({size}).</translation>
    </message>
    <message>
        <source>{sessions} with {windows} and {media} were erased ({size}).</source>
        <translation>Gelöscht: {sessions}, {windows}, {media} ({size}).</translation>
    </message>
    <message>
        <source>1 session</source>
        <translation>1 Sitzung</translation>
    </message>
    <message>
        <source>{number} sessions</source>
        <translation>{number} Sitzungen</translation>
    </message>
    <message>
        <source>no windows</source>
        <translation>keine Abschnitte</translation>
    </message>
    <message>
        <source>1 window</source>
        <translation>1 Abschnitt</translation>
    </message>
    <message>
        <source>{number} windows</source>
        <translation>{number} Abschnitte</translation>
    </message>
    <message>
        <source>no media files</source>
        <translation>keine Mediendateien</translation>
    </message>
    <message>
        <source>1 media file</source>
        <translation>1 Mediendatei</translation>
    </message>
    <message>
        <source>{number} media files</source>
        <translation>{number} Mediendateien</translation>
    </message>
    <message>
        <source>The cue norms {path} are missing or damaged; reinstall r1-omni.</source>
        <translation>Die Normen der Merkmale {path} fehlen oder sind beschädigt; installieren Sie r1-omni neu.</translation>
    </message>
    <message>
        <source>name another folder, write it again with `python -m model export`, or reinstall r1-omni if it came with that</source>
        <translation>nennen Sie einen anderen Ordner, schreiben Sie ihn neu mit `python -m model export`, oder installieren Sie r1-omni neu, wenn er dazugehört</translation>
    </message>
    <message>
        <source>{path}: written by another version; {cure}.</source>
        <translation>{path}: von einer anderen Version geschrieben; {cure}.</translation>
    </message>
    <message>
        <source>{path}: no usable model here; {cure}.</source>
        <translation>{path}: Hier liegt kein brauchbares Modell; {cure}.</translation>
    </message>
    <message>
        <source>{path}: missing; {cure}.</source>
        <translation>{path}: fehlt; {cure}.</translation>
    </message>
    <message>
        <source>{path}: cannot be read ({fault}); {cure}.</source>
        <translation>{path}: lässt sich nicht lesen ({fault}); {cure}.</translation>
    </message>
    <message>
        <source>{path}: changed since it was assembled; {cure}.</source>
        <translation>{path}: seit dem Zusammensetzen verändert; {cure}.</translation>
    </message>
    <message>
        <source>{folder}: cannot be loaded ({fault}); {cure}.</source>
        <translation>{folder}: lässt sich nicht laden ({fault}); {cure}.</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>das Modell</translation>
    </message>
    <message>
        <source>{folder}, which {variable} or --bundle names, is no bundle that can be run; write it with `python -m model export STAGE {folder}`, or name none.</source>
        <translation>{folder}, von {variable} oder --bundle genannt, ist kein Modell, das laufen kann; schreiben Sie es mit `python -m model export STAGE {folder}`, oder nennen Sie keines.</translation>
    </message>
    <message>
        <source>anew, because {folder} is damaged</source>
        <translation>neu, da {folder} beschädigt ist</translation>
    </message>
    <message>
        <source>waiting for another r1-omni</source>
        <translation>wartet auf ein anderes r1-omni</translation>
    </message>
    <message>
        <source>language model</source>
        <translation>Sprachmodell</translation>
    </message>
    <message>
        <source>encoders</source>
        <translation>Encoder</translation>
    </message>
    <message>
        <source>{path}: missing or damaged; {cure}.</source>
        <translation>{path}: fehlt oder ist beschädigt; {cure}.</translation>
    </message>
    <message>
        <source>the trained adapter lacks {prefix}*; name a folder that `python -m training` of this version wrote, or reinstall r1-omni.</source>
        <translation>Dem trainierten Adapter fehlt {prefix}*; nennen Sie einen Ordner, den `python -m training` dieser Version geschrieben hat, oder installieren Sie r1-omni neu.</translation>
    </message>
    <message>
        <source>{path} is missing or is not a face landmarker: delete it and let the bundle be assembled again.</source>
        <translation>{path} fehlt oder ist kein Modell der Gesichtspunkte: Löschen Sie die Datei, dann wird das Modell neu zusammengesetzt.</translation>
    </message>
    <message>
        <source>{path}: missing or damaged; assemble the model again.</source>
        <translation>{path}: fehlt oder ist beschädigt; setzen Sie das Modell neu zusammen.</translation>
    </message>
    <message>
        <source>reinstall r1-omni</source>
        <translation>installieren Sie r1-omni neu</translation>
    </message>
    <message>
        <source>name a folder that `python -m training` wrote</source>
        <translation>nennen Sie einen Ordner, den `python -m training` geschrieben hat</translation>
    </message>
    <message>
        <source>{folder}: no complete stage lies here; {cure}.</source>
        <translation>{folder}: Hier liegt keine vollständige Trainingsstufe; {cure}.</translation>
    </message>
    <message>
        <source>{folder}: the trained parts are incomplete; {cure}.</source>
        <translation>{folder}: Die trainierten Teile sind unvollständig; {cure}.</translation>
    </message>
    <message>
        <source>{variable}={device}: onnxruntime found no GPU with the CUDA and cuDNN that it needs; install these, or leave the variable out.</source>
        <translation>{variable}={device}: onnxruntime hat keine GPU mit dem CUDA und cuDNN gefunden, die es braucht; installieren Sie diese, oder lassen Sie die Variable weg.</translation>
    </message>
    <message>
        <source>{path}: damaged; assemble the model again.</source>
        <translation>{path}: beschädigt; setzen Sie das Modell neu zusammen.</translation>
    </message>
    <message>
        <source>{variable}={named}: it should be cpu or cuda.</source>
        <translation>{variable}={named}: Hier sollte cpu oder cuda stehen.</translation>
    </message>
    <message>
        <source>{variable}=cuda: onnxruntime offers no CUDA here; run `pip uninstall onnxruntime` and `pip install &apos;.[gpu]&apos;`, or leave the variable out.</source>
        <translation>{variable}=cuda: onnxruntime bietet hier kein CUDA; führen Sie `pip uninstall onnxruntime` und `pip install &apos;.[gpu]&apos;` aus, oder lassen Sie die Variable weg.</translation>
    </message>
    <message>
        <source>{path}: damaged; {cure}.</source>
        <translation>{path}: beschädigt; {cure}.</translation>
    </message>
    <message>
        <source>{path} cannot be read ({fault}); fetch the components again.</source>
        <translation>{path} lässt sich nicht lesen ({fault}); holen Sie die Bestandteile noch einmal.</translation>
    </message>
    <message>
        <source>{path} is not a CTranslate2 Whisper model this program can read ({fault}); delete it and fetch the components again.</source>
        <translation>{path} ist kein Whisper-Modell von CTranslate2, das dieses Programm lesen kann ({fault}); löschen Sie es, und holen Sie die Bestandteile noch einmal.</translation>
    </message>
    <message>
        <source>what {url} sent does not have the expected sha256 and was deleted</source>
        <translation>was {url} geschickt hat, hat nicht den erwarteten sha256-Wert und wurde gelöscht</translation>
    </message>
    <message>
        <source>{folder} cannot be written ({fault}); make it writable, or set R1_OMNI_CACHE to a folder that is.</source>
        <translation>In {folder} lässt sich nicht schreiben ({fault}); machen Sie es beschreibbar, oder setzen Sie R1_OMNI_CACHE auf einen Ordner, der es ist.</translation>
    </message>
    <message>
        <source>the disk of {folder} is full</source>
        <translation>der Datenträger von {folder} ist voll</translation>
    </message>
    <message>
        <source>it needs {megabytes} MB in {folder}</source>
        <translation>es braucht {megabytes} MB in {folder}</translation>
    </message>
    <message>
        <source>There is no space left for {what}: {need}; free some, or set R1_OMNI_CACHE to a folder on another disk.</source>
        <translation>Für {what} ist kein Platz mehr: {need}; schaffen Sie welchen, oder setzen Sie R1_OMNI_CACHE auf einen Ordner eines anderen Datenträgers.</translation>
    </message>
    <message>
        <source>{url} stopped after {have} of {all} bytes</source>
        <translation>{url} hat nach {have} von {all} Bytes aufgehört</translation>
    </message>
    <message>
        <source>{url} sends more than the expected bytes</source>
        <translation>{url} schickt mehr als die erwarteten Bytes</translation>
    </message>
    <message>
        <source>{url} broke off ({fault})</source>
        <translation>{url} ist abgebrochen ({fault})</translation>
    </message>
    <message>
        <source>{url} is not a web address</source>
        <translation>{url} ist keine Webadresse</translation>
    </message>
    <message>
        <source>{url} answers {code} {reason}</source>
        <translation>{url} antwortet {code} {reason}</translation>
    </message>
    <message>
        <source>{url} cannot be reached ({fault})</source>
        <translation>{url} ist nicht erreichbar ({fault})</translation>
    </message>
    <message>
        <source>R1_OMNI_COMPONENTS names {named}, which is not a folder; correct it.</source>
        <translation>R1_OMNI_COMPONENTS nennt {named}, das ist kein Ordner; berichtigen Sie das.</translation>
    </message>
    <message>
        <source>{path} cannot be read ({fault}); correct that.</source>
        <translation>{path} lässt sich nicht lesen ({fault}); beheben Sie das.</translation>
    </message>
    <message>
        <source>{path} is not {component}: its sha256 is not {sha256}; replace it by the right file or remove it.</source>
        <translation>{path} ist nicht {component}: Der sha256-Wert ist nicht {sha256}; ersetzen Sie die Datei durch die richtige, oder entfernen Sie sie.</translation>
    </message>
    <message>
        <source>{component} could not be fetched: {failures}. Check the connection and try again, or put {file} (sha256 {sha256}) into a folder and set R1_OMNI_COMPONENTS to it.</source>
        <translation>{component} ließ sich nicht holen: {failures}. Prüfen Sie die Verbindung, und versuchen Sie es noch einmal, oder legen Sie {file} (sha256 {sha256}) in einen Ordner, und setzen Sie R1_OMNI_COMPONENTS darauf.</translation>
    </message>
    <message>
        <source>the package index has no {file}</source>
        <translation>der Paketindex hat kein {file}</translation>
    </message>
    <message>
        <source>pip is set up without a package index</source>
        <translation>pip ist ohne Paketindex eingerichtet</translation>
    </message>
    <message>
        <source>what {wheel} holds does not have the expected sha256 and was deleted</source>
        <translation>was in {wheel} steckt, hat nicht den erwarteten sha256-Wert und wurde gelöscht</translation>
    </message>
    <message>
        <source>{wheel} does not hold {member} ({fault})</source>
        <translation>{wheel} enthält {member} nicht ({fault})</translation>
    </message>
    <message>
        <source>Another r1-omni is fetching into {folder}; wait until it has finished.</source>
        <translation>Ein anderes r1-omni holt gerade nach {folder}; warten Sie, bis es fertig ist.</translation>
    </message>
    <message>
        <source>{path} is not a GGUF file this program can read ({fault}); delete it and fetch the components again.</source>
        <translation>{path} ist keine GGUF-Datei, die dieses Programm lesen kann ({fault}); löschen Sie sie, und holen Sie die Bestandteile noch einmal.</translation>
    </message>
    <message>
        <source>The GGUF file holds a {kind!r} model, not a Llama; fetch the components again.</source>
        <translation>Die GGUF-Datei enthält ein Modell {kind!r}, kein Llama; holen Sie die Bestandteile noch einmal.</translation>
    </message>
    <message>
        <source>The GGUF file holds the tokenizer {kind}, not SmolLM2&apos;s; fetch the components again.</source>
        <translation>Die GGUF-Datei enthält den Tokenizer {kind}, nicht den von SmolLM2; holen Sie die Bestandteile noch einmal.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is longer than {most_s:.0f} seconds; give a shorter piece of it.</source>
        <translation>„{path}“ ist länger als {most_s:.0f} Sekunden; geben Sie ein kürzeres Stück davon an.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; holds nothing that was recorded; give another file.</source>
        <translation>„{path}“ enthält nichts Aufgezeichnetes; geben Sie eine andere Datei an.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has no picture; analyse its voice or give a video.</source>
        <translation>„{path}“ hat kein Bild; analysieren Sie die Stimme oder geben Sie ein Video an.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; has no sound; analyse its face or give another file.</source>
        <translation>„{path}“ hat keinen Ton; analysieren Sie das Gesicht oder geben Sie eine andere Datei an.</translation>
    </message>
</context>
<context>
    <name>export</name>
    <message>
        <source>Report with plots (HTML)</source>
        <translation>Bericht mit Grafiken (HTML)</translation>
    </message>
    <message>
        <source>Table of windows (CSV)</source>
        <translation>Tabelle der Abschnitte (CSV)</translation>
    </message>
    <message>
        <source>Table of observed cues (CSV)</source>
        <translation>Tabelle der beobachteten Merkmale (CSV)</translation>
    </message>
    <message>
        <source>Table of markers and excluded spans (CSV)</source>
        <translation>Tabelle der Marken und ausgeschlossenen Abschnitte (CSV)</translation>
    </message>
    <message>
        <source>Everything, for programs (JSON Lines)</source>
        <translation>Alles, für Programme (JSON Lines)</translation>
    </message>
    <message>
        <source>Subtitles (WebVTT)</source>
        <translation>Untertitel (WebVTT)</translation>
    </message>
    <message>
        <source>Annotations for ELAN</source>
        <translation>Annotationen für ELAN</translation>
    </message>
</context>
<context>
    <name>settings</name>
    <message>
        <source>7 emotions (DFEW)</source>
        <translation>7 Emotionen (DFEW)</translation>
    </message>
    <message>
        <source>7 emotions (FER2013)</source>
        <translation>7 Emotionen (FER2013)</translation>
    </message>
    <message>
        <source>8 emotions, with calm (RAVDESS)</source>
        <translation>8 Emotionen, mit Ruhe (RAVDESS)</translation>
    </message>
    <message>
        <source>7 emotions, with boredom (Emo-DB)</source>
        <translation>7 Emotionen, mit Langeweile (Emo-DB)</translation>
    </message>
    <message>
        <source>6 emotions (CREMA-D)</source>
        <translation>6 Emotionen (CREMA-D)</translation>
    </message>
    <message>
        <source>11 emotions, with contempt and anxiety (MAFW)</source>
        <translation>11 Emotionen, mit Verachtung und Sorge (MAFW)</translation>
    </message>
    <message>
        <source>The person’s last windows</source>
        <translation>Die letzten Abschnitte der Person</translation>
    </message>
    <message>
        <source>The person’s last windows; in a file, all</source>
        <translation>Die letzten Abschnitte der Person; in einer Datei alle</translation>
    </message>
    <message>
        <source>People at large</source>
        <translation>Menschen im Allgemeinen</translation>
    </message>
    <message>
        <source>On the battery</source>
        <translation>Im Akkubetrieb</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>Immer</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>Language of the system</source>
        <translation>Sprache des Systems</translation>
    </message>
    <message>
        <source>Emotions</source>
        <translation>Emotionen</translation>
    </message>
    <message>
        <source>What is chosen from; another choice clears the live results.</source>
        <translation>Woraus gewählt wird; eine andere Auswahl löscht die Live-Ergebnisse.</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>Vergleichen mit</translation>
    </message>
    <message>
        <source>What a raised brow or a loud voice is measured against.</source>
        <translation>Woran eine gehobene Braue oder eine laute Stimme gemessen wird.</translation>
    </message>
    <message>
        <source>Face box</source>
        <translation>Gesichtsrahmen</translation>
    </message>
    <message>
        <source>A frame around the face that is analysed.</source>
        <translation>Ein Rahmen um das Gesicht, das analysiert wird.</translation>
    </message>
    <message>
        <source>Landmarks</source>
        <translation>Gesichtspunkte</translation>
    </message>
    <message>
        <source>The outlines of brows, eyes, lips and face.</source>
        <translation>Die Umrisse von Brauen, Augen, Lippen und Gesicht.</translation>
    </message>
    <message>
        <source>Cue highlights</source>
        <translation>Hervorgehobene Merkmale</translation>
    </message>
    <message>
        <source>The facial movements that stand out most.</source>
        <translation>Die auffälligsten Bewegungen des Gesichts.</translation>
    </message>
    <message>
        <source>Mirror the picture</source>
        <translation>Bild spiegeln</translation>
    </message>
    <message>
        <source>Show the camera’s picture as a mirror does.</source>
        <translation>Das Kamerabild wie ein Spiegel zeigen.</translation>
    </message>
    <message>
        <source>Save power</source>
        <translation>Strom sparen</translation>
    </message>
    <message>
        <source>Judge less often, so that a battery lasts longer.</source>
        <translation>Seltener beurteilen, damit ein Akku länger hält.</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>Prozessor-Threads</translation>
    </message>
    <message>
        <source>For the model; takes effect after the next start.</source>
        <translation>Für das Modell; gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>One for two cores</source>
        <translation>Einer für zwei Kerne</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Of this window; takes effect after the next start.</source>
        <translation>Dieses Fensters; gilt ab dem nächsten Start.</translation>
    </message>
</context>
</TS>
