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
resources:
  {{- toYaml .root.Values.backup.resources | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  - name: backups
    mountPath: {{ .root.Values.backup.backupDir | quote }}
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
    emptyDir: {}
  - name: backups
    persistentVolumeClaim:
      claimName: {{ include "soma.backup.claim" . | quote }}
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
