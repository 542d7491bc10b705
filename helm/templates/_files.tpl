{{/*
Secrets reach a process as files, in one folder: an environment shows in `kubectl describe`, in crash dumps and to every program
that the process starts. Each `soma.files.*` lists files as {secret, key, path}; `soma.files.volume` and `.mount` make a volume
of a list, or nothing of an empty one.
*/}}
{{- define "soma.files.folder" -}}/run/secrets/soma{{- end -}}

{{- define "soma.files.volume" -}}
{{- $files := fromYamlArray . -}}
{{- if $files }}
- name: secrets
  projected:
    # Readable by the pod's group alone, r--r-----. Postgres refuses a key that others may read.
    defaultMode: 288
    sources:
      {{- range $files }}
      - secret:
          name: {{ .secret | quote }}
          items:
            - key: {{ .key | quote }}
              path: {{ .path | quote }}
      {{- end }}
{{- end }}
{{- end -}}

{{- define "soma.files.mount" -}}
{{- if fromYamlArray . }}
- name: secrets
  mountPath: {{ include "soma.files.folder" . }}
  readOnly: true
{{- end }}
{{- end -}}

{{/* A variable that names a file of the folder. Input: list <variable> <path>. */}}
{{- define "soma.files.env" -}}
- name: {{ index . 0 }}
  value: {{ printf "%s/%s" (include "soma.files.folder" .) (index . 1) | quote }}
{{- end -}}

{{/* Key, certificate and authority of one purpose. Input: list <name of the Secret> <folder>. */}}
{{- define "soma.files.tls" -}}
{{- range list "tls.crt" "tls.key" "ca.crt" }}
- { secret: {{ index $ 0 | quote }}, key: {{ . | quote }}, path: {{ printf "%s/%s" (index $ 1) . | quote }} }
{{- end }}
{{- end -}}

{{- define "soma.files.gateway" -}}
- { secret: {{ .Values.secrets.apiTokenSecretName | quote }}, key: SOMA_API_TOKEN, path: SOMA_API_TOKEN }
{{- if .Values.tls.enabled }}
{{- range list "tls.crt" "tls.key" }}
- { secret: {{ include "soma.tls.gateway" $ | quote }}, key: {{ . | quote }}, path: {{ printf "http/%s" . | quote }} }
{{- end }}
{{- include "soma.files.tls" (list (include "soma.tls.cluster" .) "cluster") }}
{{- end }}
{{ include "soma.files.redis" . }}
{{- end -}}

{{- define "soma.files.silo" -}}
{{- with .Values.secrets.operatorTokenSecretName }}
- { secret: {{ . | quote }}, key: SOMA_OPERATOR_TOKEN, path: SOMA_OPERATOR_TOKEN }
{{- end }}
{{- with .Values.embeddings.apiKeySecretName }}
- { secret: {{ . | quote }}, key: SOMA_EMBEDDINGS_API_KEY, path: SOMA_EMBEDDINGS_API_KEY }
{{- end }}
{{- if .Values.tls.enabled }}
{{- include "soma.files.tls" (list (include "soma.tls.cluster" .) "cluster") }}
{{- end }}
{{ include "soma.files.redis" . }}
{{ include "soma.files.postgres" . }}
{{ include "soma.files.qdrant" . }}
{{- end -}}

{{- define "soma.files.redis" -}}
{{- if and (not .Values.redis.enabled) .Values.redis.external.urlSecretName }}
- { secret: {{ .Values.redis.external.urlSecretName | quote }}, key: {{ .Values.redis.external.urlSecretKey | quote }}, path: REDIS_URL }
{{- end }}
{{- with .Values.redis.passwordSecretName }}
- { secret: {{ . | quote }}, key: REDIS_PASSWORD, path: REDIS_PASSWORD }
{{- end }}
{{- include "soma.files.authority" (list . "redis") }}
{{- end -}}

{{- define "soma.files.postgres" -}}
{{- if and (not .Values.postgres.enabled) .Values.postgres.external.urlSecretName }}
- { secret: {{ .Values.postgres.external.urlSecretName | quote }}, key: {{ .Values.postgres.external.urlSecretKey | quote }}, path: SOMA_POSTGRES_URL }
{{- else }}
- { secret: {{ .Values.secrets.postgresPasswordSecretName | quote }}, key: SOMA_POSTGRES_PASSWORD, path: SOMA_POSTGRES_PASSWORD }
{{- end }}
{{- include "soma.files.authority" (list . "postgres") }}
{{- end -}}

{{- define "soma.files.qdrant" -}}
{{- if or .Values.qdrant.enabled .Values.qdrant.external.url }}
{{- with .Values.qdrant.apiKeySecretName }}
- { secret: {{ . | quote }}, key: QDRANT_API_KEY, path: QDRANT_API_KEY }
{{- end }}
{{- include "soma.files.authority" (list . "qdrant") }}
{{- end }}
{{- end -}}

{{/* The authority that issued a store's certificate. Input: list <root> <store>. */}}
{{- define "soma.files.authority" -}}
{{- with include "soma.tls.authorityOf" . }}
- { secret: {{ . | quote }}, key: ca.crt, path: "{{ index $ 1 }}/ca.crt" }
{{- end }}
{{- end -}}

{{/* The files of a pod of a store that the chart runs. Input: dict "root" $ "secret" <name or blank> "key" k. */}}
{{- define "soma.files.store" -}}
{{- with .secret }}
- { secret: {{ . | quote }}, key: {{ $.key }}, path: {{ $.key }} }
{{- end }}
{{- if .root.Values.tls.enabled }}
{{- include "soma.files.tls" (list (include "soma.tls.stores" .root) "tls") }}
{{- end }}
{{- end -}}
