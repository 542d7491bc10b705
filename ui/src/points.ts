import { scaleOf, side, type PointMap, type View } from './mapview.ts';

const vertexShader = `#version 300 es
in vec2 place;
in vec4 colour;
uniform vec2 middle;
uniform vec2 scale;
uniform float size;
out vec4 tint;
void main() {
  gl_Position = vec4((place - middle) * scale, 0.0, 1.0);
  gl_PointSize = size * (colour.a > 0.9 ? 1.35 : 1.0);
  tint = colour;
}`;

const fragmentShader = `#version 300 es
precision mediump float;
in vec4 tint;
out vec4 shown;
void main() {
  float away = length(gl_PointCoord - 0.5) * 2.0;
  float alpha = tint.a * (1.0 - smoothstep(0.75, 1.0, away));
  shown = vec4(tint.rgb * alpha, alpha);
}`;

/** Draws the points of a map by WebGL2. The colours have a fourth part, how opaque a point is. */
export class PointLayer {
  private readonly gl: WebGL2RenderingContext;
  private program: WebGLProgram | null = null;
  private colours: WebGLBuffer | null = null;
  private count = 0;

  private constructor(private readonly canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    this.gl = gl;
  }

  /** Null: the browser has no WebGL2, or refuses it. */
  static on(canvas: HTMLCanvasElement): PointLayer | null {
    // Kept, so that the picture can also be copied from the page between two frames.
    const gl = canvas.getContext('webgl2', { antialias: false, preserveDrawingBuffer: true });
    return gl ? new PointLayer(canvas, gl) : null;
  }

  /** Takes the points in; once more after the context was lost and is back. */
  load(map: PointMap): void {
    const gl = this.gl;
    const program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, vertexShader], [gl.FRAGMENT_SHADER, fragmentShader]] as const) {
      const shader = gl.createShader(type)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }

    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      if (!gl.isContextLost()) {
        throw new Error(gl.getProgramInfoLog(program) ?? 'The picture cannot be drawn.');
      }

      return;
    }

    gl.useProgram(program);
    const places = new Float32Array(map.x.length * 2);
    map.x.forEach((x, point) => {
      places[point * 2] = x;
      places[point * 2 + 1] = map.y[point]!;
    });
    this.feed(program, 'place', gl.createBuffer(), places, 2, gl.FLOAT, gl.STATIC_DRAW);
    this.program = program;
    this.colours = gl.createBuffer();
    this.count = map.x.length;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** Four bytes for each point. */
  paint(colours: Uint8Array): void {
    if (this.program && this.colours) {
      this.feed(this.program, 'colour', this.colours, colours, 4, this.gl.UNSIGNED_BYTE, this.gl.DYNAMIC_DRAW);
    }
  }

  draw(view: View, density: number): void {
    const { gl, canvas, program } = this;
    if (!program || view.width === 0) {
      return;
    }

    const [width, height] = [Math.round(view.width * density), Math.round(view.height * density)];
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
    }

    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const scale = scaleOf(view);
    gl.uniform2f(gl.getUniformLocation(program, 'middle'), view.x, view.y);
    gl.uniform2f(gl.getUniformLocation(program, 'scale'), (scale * 2) / view.width, (-scale * 2) / view.height);
    gl.uniform1f(gl.getUniformLocation(program, 'size'), pointSize(this.count, view) * density);
    gl.drawArrays(gl.POINTS, 0, this.count);
  }

  /** Gives the graphics back at once: a browser hands out few contexts. */
  free(): void {
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  private feed(program: WebGLProgram, name: string, buffer: WebGLBuffer | null, data: Float32Array | Uint8Array, size: number, type: number, use: number): void {
    const gl = this.gl;
    const at = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, use);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, type, type === gl.UNSIGNED_BYTE, 0, 0);
  }
}

/** Points are smaller the more there are, and larger the nearer they are looked at. */
export function pointSize(count: number, view: View): number {
  const room = (scaleOf({ ...view, zoom: 1 }) * side) / Math.sqrt(Math.max(1, count));
  return Math.max(2.2, Math.min(12, room * 0.9)) * Math.min(3, Math.sqrt(Math.max(1, view.zoom)) ** 0.8);
}
