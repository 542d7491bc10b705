{{/* Environment of a `soma` command: which store it reads. Input: the root. */}}
{{- define "soma.backup.env" -}}
- name: SOMA_SERVICE_ID
  value: {{ .Values.settings.serviceId | quote }}
- name: LOG_LEVEL
  value: {{ .Values.settings.logLevel | quote }}
# The image sets SOMA_DATA_DIR, and `soma` prefers a data folder to Postgres. A blank value takes it away.
- name: SOMA_DATA_DIR
  value: {{ empty .Values.backup.dataVolumeClaim | ternary "" .Values.backup.dataDir | quote }}
{{- if not .Values.backup.dataVolumeClaim }}
{{ include "soma.env.postgres" . }}
{{- end }}
{{- end -}}

{{/* How S3 is reached. Secrets are files, so that they stand in no environment. Input: the root. */}}
{{- define "soma.backup.s3env" -}}
{{- with .Values.backup.s3 }}
{{- if .endpoint }}
- name: SOMA_S3_ENDPOINT
  value: {{ .endpoint | quote }}
{{- end }}
{{- if .region }}
- name: SOMA_S3_REGION
  value: {{ .region | quote }}
{{- end }}
{{- if .existingSecret }}
- name: SOMA_S3_ACCESS_KEY_ID_FILE
  value: /run/secrets/s3/access-key-id
- name: SOMA_S3_SECRET_ACCESS_KEY_FILE
  value: /run/secrets/s3/secret-access-key
{{- end }}
{{- end }}
{{- end -}}

{{/* The key files of a command for S3, as JSON. Input: the root. */}}
{{- define "soma.backup.keys" -}}
{{- $arguments := list }}
{{- if and .Values.backup.s3.url .Values.backup.s3.encryptionSecret }}
{{- range .Values.backup.s3.encryptionKeys }}
{{- $arguments = concat $arguments (list "--encrypt-key-file" (printf "/run/secrets/backup-keys/%s" .)) }}
{{- end }}
{{- end }}
{{- toJson $arguments }}
{{- end -}}

{{/* Where backups go and come from. Input: the root. */}}
{{- define "soma.backup.place" -}}
{{- default .Values.backup.backupDir .Values.backup.s3.url -}}
{{- end -}}

{{/* The command that backs up, as JSON. Input: the root. */}}
{{- define "soma.backup.command" -}}
{{- $command := list "soma" "backup" "--to" (include "soma.backup.place" .) "--keep" (.Values.backup.keep | toString) }}
{{- with .Values.backup.s3 }}
{{- if and .url .keepDays }}{{ $command = concat $command (list "--keep-days" (.keepDays | toString)) }}{{ end }}
{{- if and .url .lockDays }}{{ $command = concat $command (list "--lock-days" (.lockDays | toString)) }}{{ end }}
{{- end }}
{{- toJson (concat $command (include "soma.backup.keys" . | fromJsonArray)) }}
{{- end -}}

{{- define "soma.backup.image" -}}
{{- default (include "soma.image" (dict "root" . "part" "silo")) .Values.backup.image -}}
{{- end -}}

{{- define "soma.backup.claim" -}}
{{- default (printf "%s-backup" (include "soma.fullname" .)) .Values.backup.persistence.existingClaim -}}
{{- end -}}

{{/* A container that runs `soma`. Input: dict "root" $ "name" n "command" list. */}}
{{- define "soma.backup.container" -}}
name: {{ .name | quote }}
image: {{ include "soma.backup.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy | quote }}
{{ include "soma.container" .root }}
command: {{ toJson .command }}
env:
  {{- include "soma.backup.env" .root | nindent 2 }}
  {{- if .root.Values.backup.s3.url }}
  {{- include "soma.backup.s3env" .root | nindent 2 }}
  {{- end }}
resources:
  {{- toYaml .root.Values.backup.resources | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- if not .root.Values.backup.s3.url }}
  - name: backups
    mountPath: {{ .root.Values.backup.backupDir | quote }}
  {{- else }}
  {{- if .root.Values.backup.s3.existingSecret }}
  - name: s3
    mountPath: /run/secrets/s3
    readOnly: true
  {{- end }}
  {{- if .root.Values.backup.s3.encryptionSecret }}
  - name: backup-keys
    mountPath: /run/secrets/backup-keys
    readOnly: true
  {{- end }}
  {{- end }}
  {{- if .root.Values.backup.dataVolumeClaim }}
  - name: data
    mountPath: {{ .root.Values.backup.dataDir | quote }}
  {{- else }}
  {{- include "soma.files.mount" (include "soma.files.postgres" .root) | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "soma.backup.volumes" -}}
volumes:
  - name: tmp
    emptyDir: {{ empty .Values.backup.s3.url | ternary (dict) (dict "sizeLimit" .Values.backup.s3.tmpSize) | toJson }}
  {{- if .Values.backup.s3.url }}
  {{- with .Values.backup.s3.existingSecret }}
  - name: s3
    secret:
      secretName: {{ . | quote }}
  {{- end }}
  {{- with .Values.backup.s3.encryptionSecret }}
  - name: backup-keys
    secret:
      secretName: {{ . | quote }}
  {{- end }}
  {{- else }}
  - name: backups
    persistentVolumeClaim:
      claimName: {{ include "soma.backup.claim" . | quote }}
  {{- end }}
  {{- if .Values.backup.dataVolumeClaim }}
  - name: data
    persistentVolumeClaim:
      claimName: {{ .Values.backup.dataVolumeClaim | quote }}
  {{- else }}
  {{- include "soma.files.volume" (include "soma.files.postgres" .) | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* The Job that mounts the volume of the backups: placed as backups are, so that the volume is made where they can run. */}}
{{- define "soma.backup.claimJob" -}}
backoffLimit: 2
template:
  metadata:
    labels:
      {{- include "soma.podLabels" . | nindent 6 }}
  spec:
    {{- include "soma.pod" . | nindent 4 }}
    {{- include "soma.placement" .root.Values.backup | nindent 4 }}
    restartPolicy: Never
    containers:
      - name: claim
        image: {{ include "soma.backup.image" .root | quote }}
        imagePullPolicy: {{ .root.Values.image.pullPolicy | quote }}
        {{- include "soma.container" .root | nindent 8 }}
        command: [test, -w, {{ .root.Values.backup.backupDir | quote }}]
        resources:
          requests: { cpu: 10m, memory: 32Mi }
          limits: { memory: 32Mi }
        volumeMounts:
          - name: tmp
            mountPath: /tmp
          - name: backups
            mountPath: {{ .root.Values.backup.backupDir | quote }}
    volumes:
      - name: tmp
        emptyDir: {}
      - name: backups
        persistentVolumeClaim:
          claimName: {{ include "soma.backup.claim" .root | quote }}
{{- end -}}
