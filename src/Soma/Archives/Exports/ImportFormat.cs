namespace Soma.Archives.Exports;

/// <summary>Whose export it is.</summary>
public enum ImportFormat
{
    /// <summary>As the first line says.</summary>
    Auto,
    Soma,
    SomaFractalMemory,
}
