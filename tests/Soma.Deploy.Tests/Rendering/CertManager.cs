using k8s;
using k8s.Models;

namespace Soma.Deploy.Tests.Rendering;

/// <summary>The fields of cert-manager's Certificate that the chart may use.</summary>
public sealed class Certificate : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public CertificateSpec Spec { get; set; } = new();

    public sealed class CertificateSpec
    {
        public string SecretName { get; set; } = "";

        public string Duration { get; set; } = "";

        public string RenewBefore { get; set; } = "";

        public Key PrivateKey { get; set; } = new();

        public bool IsCA { get; set; }

        public string CommonName { get; set; } = "";

        public IList<string> DnsNames { get; set; } = [];

        public IList<string> Usages { get; set; } = [];

        public Reference IssuerRef { get; set; } = new();
    }

    public sealed class Key
    {
        public string Algorithm { get; set; } = "";

        public int Size { get; set; }

        public string RotationPolicy { get; set; } = "";
    }

    public sealed class Reference
    {
        public string Name { get; set; } = "";

        public string Kind { get; set; } = "";

        public string Group { get; set; } = "";
    }
}

/// <summary>The fields of cert-manager's Issuer that the chart may use.</summary>
public sealed class Issuer : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public IssuerSpec Spec { get; set; } = new();

    public sealed class IssuerSpec
    {
        public IDictionary<string, string>? SelfSigned { get; set; }

        public Authority? Ca { get; set; }
    }

    public sealed class Authority
    {
        public string SecretName { get; set; } = "";
    }
}
