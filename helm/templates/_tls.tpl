{{/* The Secrets with certificates: the given ones, or those that cert-manager fills. */}}
{{- define "soma.tls.gateway" -}}{{- default (printf "%s-gateway-tls" (include "soma.fullname" .)) .Values.tls.gatewaySecretName -}}{{- end -}}
{{- define "soma.tls.cluster" -}}{{- default (printf "%s-cluster-tls" (include "soma.fullname" .)) .Values.tls.clusterSecretName -}}{{- end -}}
{{- define "soma.tls.stores" -}}{{- default (printf "%s-stores-tls" (include "soma.fullname" .)) .Values.tls.storesSecretName -}}{{- end -}}

{{/* The Secret with the `ca.crt` by which a store is verified; blank: the authorities of the image. Input: list <root> <store>. */}}
{{- define "soma.tls.authorityOf" -}}
{{- $root := index . 0 -}}
{{- $store := index $root.Values (index . 1) -}}
{{- if $store.enabled -}}
{{- $root.Values.tls.enabled | ternary (include "soma.tls.stores" $root) "" -}}
{{- else -}}
{{- $store.external.caSecretName -}}
{{- end -}}
{{- end -}}

{{/* HTTPS at the port of a gateway or the admin port of a silo. Input: the folder of the certificate. */}}
{{- define "soma.tls.httpEnv" -}}
{{ include "soma.files.env" (list "SOMA_TLS_CERT_FILE" (printf "%s/tls.crt" .)) }}
{{ include "soma.files.env" (list "SOMA_TLS_KEY_FILE" (printf "%s/tls.key" .)) }}
{{- end -}}

{{- define "soma.tls.clusterEnv" -}}
{{ include "soma.files.env" (list "SOMA_CLUSTER_TLS_CERT_FILE" "cluster/tls.crt") }}
{{ include "soma.files.env" (list "SOMA_CLUSTER_TLS_KEY_FILE" "cluster/tls.key") }}
{{ include "soma.files.env" (list "SOMA_CLUSTER_TLS_CA_FILE" "cluster/ca.crt") }}
{{- end -}}

{{/* A Certificate of cert-manager. Input: dict "root" $ "name" n "component" c "spec" <YAML>. */}}
{{- define "soma.tls.certificate" -}}
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: {{ .name | quote }}
  labels:
    {{- include "soma.labels" . | nindent 4 }}
spec:
  secretName: {{ .name | quote }}
  duration: {{ .duration | quote }}
  renewBefore: {{ .renewBefore | quote }}
  privateKey:
    algorithm: ECDSA
    size: 256
    rotationPolicy: Always
  {{- .spec | nindent 2 }}
{{- end -}}
