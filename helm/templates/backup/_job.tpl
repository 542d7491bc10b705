{{/* Which store a command of `soma` reads, and where it may write. Input: the root. */}}
{{- define "soma.backup.env" -}}
- name: SOMA_SERVICE_ID
  value: {{ .Values.settings.serviceId | quote }}
- name: LOG_LEVEL
  value: {{ .Values.settings.logLevel | quote }}
# Blank, it overrides the image's own: a data folder goes before Postgres.
- name: SOMA_DATA_DIR
  value: {{ empty .Values.backup.dataVolumeClaim | ternary "" .Values.backup.dataDir | quote }}
{{- if not .Values.backup.dataVolumeClaim }}
{{ include "soma.env.postgres" . }}
{{- end }}
{{- end -}}

{{- define "soma.backup.image" -}}
{{- default (include "soma.image" (dict "root" . "part" "silo")) .Values.backup.image -}}
{{- end -}}

{{- define "soma.backup.claim" -}}
{{- default (printf "%s-backup" (include "soma.fullname" .)) .Values.backup.persistence.existingClaim -}}
{{- end -}}

{{/* A container that runs `soma`. Input: dict "root" $ "name" n "command" list. */}}
{{- define "soma.backup.container" -}}
name: {{ .name }}
image: {{ include "soma.backup.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{ include "soma.container" .root }}
command: {{ toJson .command }}
env:
  {{- include "soma.backup.env" .root | nindent 2 }}
resources:
  {{- toYaml .root.Values.backup.resources | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  - name: backups
    mountPath: {{ .root.Values.backup.backupDir }}
  {{- if .root.Values.backup.dataVolumeClaim }}
  - name: data
    mountPath: {{ .root.Values.backup.dataDir }}
  {{- else }}
  {{- include "soma.postgresCa.mount" .root | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "soma.backup.volumes" -}}
volumes:
  - name: tmp
    emptyDir: {}
  - name: backups
    persistentVolumeClaim:
      claimName: {{ include "soma.backup.claim" . }}
  {{- if .Values.backup.dataVolumeClaim }}
  - name: data
    persistentVolumeClaim:
      claimName: {{ .Values.backup.dataVolumeClaim }}
  {{- else }}
  {{- include "soma.postgresCa.volume" . | nindent 2 }}
  {{- end }}
{{- end -}}
