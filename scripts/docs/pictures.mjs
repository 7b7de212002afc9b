/** Small pictures of points and paths in the plane from -2 to 2, as SVG without a library. */
const SIDE = 150
const LABEL = 16
const at = v => Math.round(((v + 2.2) / 4.4) * SIDE * 2) / 2
const dots = ({ data }) => {
  let path = ''
  for (let i = 0; i < data.length; i += 2) if (Math.max(Math.abs(data[i]), Math.abs(data[i + 1])) < 2.2) path += `M${at(data[i])} ${at(data[i + 1])}h0`
  return path
}

function sheet(panels, columns, draw) {
  const rows = Math.ceil(panels.length / columns)
  const body = panels.map((panel, i) => `<g transform="translate(${(i % columns) * (SIDE + 8) + 4} ${Math.floor(i / columns) * (SIDE + LABEL + 6) + LABEL})">`
    + `<text y="-4">${panel.title}</text><rect width="${SIDE}" height="${SIDE}"/><g clip-path="url(#frame)">${draw(panel)}</g></g>`).join('\n')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * (SIDE + 8)} ${rows * (SIDE + LABEL + 6)}" width="${columns * (SIDE + 8) * 1.5}">
<style>text{font:10px sans-serif;fill:#444}rect{fill:#fff;stroke:#ddd}path{fill:none;stroke-linecap:round;stroke-linejoin:round}.true{stroke:#d8d8e4;stroke-width:3}.made{stroke:#2b4c9b;stroke-width:2.2}.way{stroke:#2b4c9b;stroke-width:.8;opacity:.6}</style><clipPath id="frame"><rect width="${SIDE}" height="${SIDE}"/></clipPath>
<rect x="0" y="0" width="100%" height="100%" style="stroke:none"/>
${body}
</svg>
`
}

/** What samplers made (blue) over the distribution itself (grey). */
export const samplePicture = (panels, columns, truth) => sheet(panels, columns, ({ x }) => `<path class="true" d="${dots(truth)}"/><path class="made" d="${dots(x)}"/>`)

/** Ways of some points through the levels, scaled by the spread that x has at each. */
export const trajectoryPicture = (panels, columns, truth) => sheet(panels, columns, ({ states }) => {
  const scaled = states.map(({ x, sigma }) => ({ data: x.data.map(v => (v * 1.3) / Math.hypot(1.3, sigma)) }))
  const ways = []
  for (let i = 0; i < scaled[0].data.length; i += 2) ways.push(scaled.map(({ data }, k) => `${k ? 'L' : 'M'}${at(data[i])} ${at(data[i + 1])}`).join(''))
  return `<path class="true" d="${dots(truth)}"/><path class="way" d="${ways.join('')}"/><path class="made" d="${dots(scaled.at(-1))}"/>`
})
